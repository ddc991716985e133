//! Bars in SVG, on a logarithmic scale; refuses colours that are illegible on a dark page.

use std::fmt::Write as _;

const ROW: usize = 26;
const LEFT: f64 = 190.0;
const WIDTH: f64 = 420.0;

/// A bar a program, with its value and `unit` at its end. A zero has no bar.
pub(crate) fn bars(title: &str, unit: &str, rows: &[(&str, f64)]) -> String {
    let values = || rows.iter().map(|(_, value)| *value).filter(|value| *value > 0.0);
    let (low, high) =
        values().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let length = |value: f64| {
        let span = (high / low).ln().max(f64::MIN_POSITIVE);
        if value > 0.0 { WIDTH * (0.08 + 0.92 * (value / low).ln() / span) } else { 0.0 }
    };
    let height = ROW * (rows.len() + 1) + 10;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 {height}\" width=\"720\" \
         height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<style>text {{ font: 13px sans-serif; \
         fill: #667 }} .t {{ font-weight: bold }} rect {{ fill: #8a8fa3 }} .ours {{ fill: #5b5fc7 }}</style>\n\
         <text class=\"t\" x=\"0\" y=\"16\">{title}, {unit} (logarithmic)</text>\n"
    );
    for (at, (name, value)) in rows.iter().enumerate() {
        let y = ROW * (at + 1);
        let (width, class) = (length(*value), if at == 0 { " class=\"ours\"" } else { "" });
        let end = LEFT + width + 6.0;
        let text = y + 17;
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{text}\">{name}</text><rect{class} x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" \
             height=\"18\" rx=\"3\"/><text x=\"{end:.1}\" y=\"{text}\">{value:.1}</text>",
            y + 4
        );
    }
    svg + "</svg>\n"
}
