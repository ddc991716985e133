//! Owns turning the SVG sources in `icons/` into the pixels a tray takes, and what Windows wants to know of a
//! program into its resources; refuses bitmaps drawn by hand.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ico::{IconDir, IconDirEntry, IconImage, ResourceType};
use resvg::tiny_skia::{BlendMode, Pixmap, PixmapPaint, Transform};
use resvg::usvg::{Options, Tree};

/// Panels of 1 to 2 times scale, and the notification area of Windows.
const SIZES: [u32; 5] = [16, 22, 24, 32, 48];
const KINDS: [&str; 6] =
    ["available", "in-a-call", "in-a-conference-call", "away", "presenting", "none"];
/// The size of the dot before a menu row, pixels.
const DOT: u32 = 16;
/// The sizes that Windows shows a program's icon in, pixels.
const PROGRAM_SIZES: [u32; 4] = [16, 24, 32, 48];

fn main() {
    let icons =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../icons");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={}", icons.display());
    let macos = env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos");
    let source = if macos { icons.join("template") } else { icons.clone() };
    let mut code = String::from("match (name, style) {\n");
    for kind in KINDS {
        for style in ["solid", "setting", "problem"] {
            let file = match style {
                "setting" if kind != "none" => format!("{kind}-setting.svg"),
                _ => format!("{kind}.svg"),
            };
            let mut pixels = Vec::new();
            for size in SIZES {
                let mut image = render(&source.join(&file), size);
                if style == "problem" {
                    badge(
                        &mut image,
                        [icons.join("badge-cut.svg"), source.join("badge.svg")],
                        size,
                    );
                }
                pixels.extend(rgba(&image));
            }
            let path = out.join(format!("{kind}-{style}.rgba"));
            fs::write(&path, pixels).expect("OUT_DIR can be written");
            writeln!(code, "    ({kind:?}, {style:?}) => include_bytes!({path:?}),")
                .expect("a String takes all");
        }
    }
    code.push_str("    _ => &[],\n}\n");
    fs::write(out.join("icons.rs"), code).expect("OUT_DIR can be written");
    for kind in KINDS {
        let png = render(&icons.join(format!("{kind}.svg")), DOT)
            .encode_png()
            .expect("a pixmap has pixels");
        fs::write(out.join(format!("{kind}.png")), png).expect("OUT_DIR can be written");
    }
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows") => describe(&icons.join("app.svg"), &out.join("app.ico")),
        Ok("linux") if env::var("PROFILE").as_deref() == Ok("release") => leave_out_unwinding(),
        _ => {}
    }
}

/// Links without the tables for unwinding, an eighth of the program: a release aborts on a panic and never reads
/// them.
fn leave_out_unwinding() {
    let script =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("abort.ld");
    println!("cargo::rerun-if-changed={}", script.display());
    println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr,-T,{}", script.display());
}

/// Gives the program its name, its icon and its manifest. Without the first, the task manager and the list of
/// programs that start at log-in show the file's name.
fn describe(drawing: &Path, icon: &Path) {
    println!("cargo::rerun-if-changed=windows.manifest");
    let mut sizes = IconDir::new(ResourceType::Icon);
    for size in PROGRAM_SIZES {
        let image = IconImage::from_rgba_data(size, size, rgba(&render(drawing, size)));
        sizes
            .add_entry(IconDirEntry::encode_as_bmp(&image).expect("an icon of this size is usual"));
    }
    let file = fs::File::create(icon).expect("OUT_DIR can be written");
    sizes.write(file).expect("OUT_DIR can be written");
    tauri_winres::WindowsResource::new()
        .set("ProductName", "Presence Tray")
        .set("FileDescription", "Presence Tray")
        .set_icon(&icon.display().to_string())
        .set_manifest(include_str!("windows.manifest"))
        .compile()
        .expect("the resource compiler of the target is installed");
}

fn render(path: &Path, size: u32) -> Pixmap {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let tree = Tree::from_str(&text, &Options::default()).expect("the icon is an SVG");
    let mut pixmap = Pixmap::new(size, size).expect("the size is not zero");
    let scale = size as f32 / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap
}

/// Cuts a gap, so that the badge stands apart from the status, then draws it.
fn badge(image: &mut Pixmap, [cut, badge]: [PathBuf; 2], size: u32) {
    for (file, blend_mode) in [(cut, BlendMode::DestinationOut), (badge, BlendMode::SourceOver)] {
        let layer = render(&file, size);
        let paint = PixmapPaint { blend_mode, ..PixmapPaint::default() };
        image.draw_pixmap(0, 0, layer.as_ref(), &paint, Transform::identity(), None);
    }
}

fn rgba(image: &Pixmap) -> Vec<u8> {
    let straight = |pixel: &resvg::tiny_skia::PremultipliedColorU8| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    };
    image.pixels().iter().flat_map(straight).collect()
}
