//! Draws the icon that Tauri wants to have as a bitmap, and lets Tauri do the rest.

use std::error::Error;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

const DRAWING: &str = "../../../icons/app.svg";
const SIZE: u32 = 32;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DRAWING}");
    let drawing = Tree::from_data(&std::fs::read(DRAWING)?, &Options::default())?;
    let scale = SIZE as f32 / drawing.size().width();
    let mut pixels = Pixmap::new(SIZE, SIZE).ok_or("an icon needs a size")?;
    resvg::render(&drawing, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    std::fs::create_dir_all("gen")?;
    std::fs::write("gen/icon.png", pixels.encode_png()?)?;
    tauri_build::build();
    Ok(())
}
