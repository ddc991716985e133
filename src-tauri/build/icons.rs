//! Renders the application's icon into `gen/icons`; keeps no bitmap in the repository.

use std::error::Error;
use std::fs;
use std::path::Path;

use ico::{IconDir, IconDirEntry, IconImage, ResourceType};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::write_anew;

const DRAWING: &str = "../icons/app.svg";
const PNG_SIZES: [(&str, u32); 4] =
    [("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];
const ICO_SIZES: [u32; 5] = [16, 24, 32, 48, 256];
/// Each size as macOS asks for it, at once and at twice the pixels (iconutil(1)).
const ICNS_SIZES: [(&[u8; 4], u32); 10] = [
    (b"icp4", 16),
    (b"ic11", 32),
    (b"icp5", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DRAWING}");
    println!("cargo:rerun-if-changed=gen/icons");
    let drawing = Tree::from_data(&fs::read(DRAWING)?, &Options::default())?;
    let folder = Path::new("gen/icons");
    fs::create_dir_all(folder)?;
    for (name, size) in PNG_SIZES {
        write_anew(&folder.join(name), &png(&drawing, size)?)?;
    }
    write_anew(&folder.join("icon.icns"), &icns(&drawing)?)?;
    write_anew(&folder.join("icon.ico"), &ico(&drawing)?)?;
    Ok(())
}

fn render(drawing: &Tree, size: u32) -> Result<IconImage, Box<dyn Error>> {
    let mut pixels = Pixmap::new(size, size).ok_or("an icon needs a size")?;
    let scale = size as f32 / drawing.size().width();
    resvg::render(drawing, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(IconImage::from_rgba_data(size, size, pixels.take_demultiplied()))
}

fn png(drawing: &Tree, size: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut png = Vec::new();
    render(drawing, size)?.write_png(&mut png)?;
    Ok(png)
}

/// A name and a length before each picture, and before all of them.
fn icns(drawing: &Tree) -> Result<Vec<u8>, Box<dyn Error>> {
    const HEAD: usize = 8;
    let named = |name: &[u8; 4], content: &[u8]| -> Result<Vec<u8>, Box<dyn Error>> {
        let length = u32::try_from(HEAD + content.len())?;
        Ok([name, &length.to_be_bytes()[..], content].concat())
    };
    let mut pictures = Vec::new();
    for (name, size) in ICNS_SIZES {
        pictures.extend(named(name, &png(drawing, size)?)?);
    }
    named(b"icns", &pictures)
}

fn ico(drawing: &Tree) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut icons = IconDir::new(ResourceType::Icon);
    for size in ICO_SIZES {
        let image = render(drawing, size)?;
        // Resource compilers take PNG only at 256 pixels.
        let entry = if size < 256 {
            IconDirEntry::encode_as_bmp(&image)
        } else {
            IconDirEntry::encode_as_png(&image)
        };
        icons.add_entry(entry?);
    }
    let mut bytes = Vec::new();
    icons.write(&mut bytes)?;
    Ok(bytes)
}
