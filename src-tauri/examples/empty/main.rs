//! An empty window of Tauri's, which `cargo verify opening` opens beside ours; refuses to show anything.

#![allow(clippy::print_stdout, reason = "whoever measures it listens there")]

use tauri::webview::PageLoadEvent;

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .on_page_load(|_, load| {
            if load.event() == PageLoadEvent::Finished {
                println!("loaded");
            }
        })
        .run(tauri::generate_context!("examples/empty/tauri.conf.json"))
}
