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

pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DRAWING}");
    println!("cargo:rerun-if-changed=gen/icons");
    let drawing = Tree::from_data(&fs::read(DRAWING)?, &Options::default())?;
    let folder = Path::new("gen/icons");
    fs::create_dir_all(folder)?;
    for (name, size) in PNG_SIZES {
        let mut png = Vec::new();
        render(&drawing, size)?.write_png(&mut png)?;
        write_anew(&folder.join(name), &png)?;
    }
    write_anew(&folder.join("icon.ico"), &ico(&drawing)?)?;
    Ok(())
}

fn render(drawing: &Tree, size: u32) -> Result<IconImage, Box<dyn Error>> {
    let mut pixels = Pixmap::new(size, size).ok_or("an icon needs a size")?;
    let scale = size as f32 / drawing.size().width();
    resvg::render(drawing, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(IconImage::from_rgba_data(size, size, pixels.take_demultiplied()))
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
