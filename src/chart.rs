//! The week of a business as one picture, for an owner who looks at it on a phone, between two other chats.
//!
//! Telegram shows a picture as it is in its light and in its dark theme, so this one brings its own paper.

use std::collections::{BTreeMap, HashMap};

use ab_glyph::{Font, FontRef, Glyph, InvalidFont, PxScale, ScaleFont, point};
use num_traits::ToPrimitive;
use plotters::{
    coord::Shift,
    drawing::DrawingAreaErrorKind,
    prelude::{BitMapBackend, Color, DrawingArea, DrawingBackend, IntoDrawingArea, RGBColor, Rectangle},
};

/// All that stands in the picture, in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    pub title: String,
    pub subtitle: String,
    /// Labels and values of the most telling numbers of the week; those past the sixth are left out.
    pub figures: Vec<(String, String)>,
    /// What the bars show.
    pub heading: String,
    /// One bar each, in this order; those past `MOST_MASTERS` are left out.
    pub masters: Vec<Bar>,
}

#[derive(Debug, Clone)]
pub struct Bar {
    pub name: String,
    pub booked_minutes: u32,
    pub working_minutes: u32,
    /// The same in words, such as "18 h of 40 h".
    pub note: String,
}

type Spot = (i32, i32);
type CanvasError = DrawingAreaErrorKind<<BitMapBackend<'static> as DrawingBackend>::ErrorType>;

#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("a font of the program is broken")]
    Font(#[from] InvalidFont),
    #[error("the picture cannot be drawn")]
    Canvas(#[from] CanvasError),
    #[error("the picture cannot be packed")]
    Png(#[from] png::EncodingError),
    #[error("the picture is too large for this machine")]
    Size(#[from] std::num::TryFromIntError),
}

pub const MOST_MASTERS: usize = 30;

const PAPER: RGBColor = RGBColor(0xE9, 0xEE, 0xF1);
const SHEET: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
const INK: RGBColor = RGBColor(0x1B, 0x26, 0x31);
const FAINT: RGBColor = RGBColor(0x52, 0x60, 0x6D);
const TRACK: RGBColor = RGBColor(0xE1, 0xE8, 0xEC);
const FILL: RGBColor = RGBColor(0x2B, 0x7A, 0x8C);

const WIDTH: i32 = 1080;
const MARGIN: i32 = 40;
const GAP: i32 = 24;
const PADDING: i32 = 36;
const ROUND: i32 = 32;
/// The left edge of all that is not in a card of its own, and the room from there to the right.
const LEFT: i32 = MARGIN + PADDING;
const ROOM: i32 = WIDTH - 2 * LEFT;
const CARDS_TOP: i32 = 212;
const CARD: i32 = 196;
/// Where the first bar's line begins within the list.
const FIRST: i32 = 120;
const LINE: i32 = 56;
const BAR: i32 = 20;
/// Wide enough for "100%", so that the notes stand in one column.
const PERCENT: i32 = 132;

/// The picture as a PNG file, 1080 pixels wide and as high as it has to be. It takes a tenth of a second.
pub fn draw(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let figures = chart.figures.get(..6).unwrap_or(&chart.figures);
    let masters = chart.masters.get(..MOST_MASTERS).unwrap_or(&chart.masters);
    let columns = if figures.len() == 4 { 2 } else { figures.len().clamp(1, 3) };
    let list_top = CARDS_TOP + i32::try_from(figures.len().div_ceil(columns))? * (CARD + GAP);
    // Telegram shrinks a high picture, so many lines move closer together.
    let pitch = if masters.len() > 8 { 98 } else { 124 };
    let list = FIRST + i32::try_from(masters.len())? * pitch - (pitch - LINE - BAR) + PADDING;
    let bottom = list_top + if masters.is_empty() { -GAP } else { list };
    let (width, height) = (WIDTH.unsigned_abs(), (bottom + MARGIN).unsigned_abs());
    let mut pixels = vec![0; usize::try_from(3 * width * height)?];
    let canvas = Canvas {
        area: BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(),
        regular: FontRef::try_from_slice(include_bytes!("../assets/fonts/Inter-Regular.otf"))?,
        bold: FontRef::try_from_slice(include_bytes!("../assets/fonts/Inter-SemiBold.otf"))?,
    };
    canvas.area.fill(&PAPER)?;
    canvas.write(&canvas.bold(72).fit(&chart.title, ROOM), (LEFT, 44))?;
    canvas.write(&canvas.plain(48, FAINT).fit(&chart.subtitle, ROOM), (LEFT, 124))?;
    canvas.cards(figures, i32::try_from(columns)?)?;
    if !masters.is_empty() {
        canvas.round((MARGIN, list_top), (WIDTH - MARGIN, bottom), ROUND, SHEET)?;
        canvas.write(&canvas.bold(48).fit(&chart.heading, ROOM), (LEFT, list_top + 36))?;
        for (index, master) in (0..).zip(masters) {
            canvas.bar(master, list_top + FIRST + index * pitch)?;
        }
    }
    drop(canvas);

    let (colours, indexes) = palette(&pixels);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(colours.concat());
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indexes)?;
    writer.finish()?;
    Ok(file)
}

/// A line of text; `size` is its height in pixels, of which a capital letter takes three fifths.
#[derive(Clone, Copy)]
struct Style<'a> {
    font: &'a FontRef<'static>,
    size: u16,
    colour: RGBColor,
}

struct Line<'a> {
    style: Style<'a>,
    glyphs: Vec<Glyph>,
    width: i32,
}

impl<'a> Style<'a> {
    /// What the font lacks, such as an emoji, is left out: an empty box in its place says nothing.
    fn lay(self, text: &str) -> Line<'a> {
        let scale = PxScale { x: self.size.into(), y: self.size.into() };
        let font = self.font.as_scaled(scale);
        let (mut glyphs, mut pen) = (Vec::<Glyph>::new(), 0.0);
        let known = |letter: &char| letter.is_whitespace() || font.glyph_id(*letter).0 != 0;
        let words = text.chars().filter(known).collect::<String>();
        for letter in words.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
            let id = font.glyph_id(letter);
            pen += glyphs.last().map_or(0.0, |last| font.kern(last.id, id));
            glyphs.push(id.with_scale_and_position(scale, point(pen, 0.0)));
            pen += font.h_advance(id);
        }
        Line { style: self, glyphs, width: pen.ceil().to_i32().unwrap_or(i32::MAX) }
    }

    /// The text, cut at its end when it is wider than `room`.
    fn fit(self, text: &str, room: i32) -> Line<'a> {
        let whole = self.lay(text);
        if whole.width <= room {
            return whole;
        }
        let ends: Vec<usize> = text.char_indices().map(|(end, _)| end).take(200).collect();
        let starts = ends.into_iter().rev().filter_map(|end| text.get(..end).map(str::trim_end));
        let mut lines = starts.map(|start| self.lay(&format!("{start}…")));
        lines.find(|line| line.width <= room).unwrap_or_else(|| self.lay(""))
    }
}

struct Canvas<'a> {
    area: DrawingArea<BitMapBackend<'a>, Shift>,
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Canvas<'_> {
    fn plain(&self, size: u16, colour: RGBColor) -> Style<'_> {
        Style { font: &self.regular, size, colour }
    }

    fn bold(&self, size: u16) -> Style<'_> {
        Style { font: &self.bold, size, colour: INK }
    }

    /// Fills an area with round corners, from its first corner up to, but without, its last one.
    fn round(&self, from: Spot, to: Spot, radius: i32, colour: RGBColor) -> Result<(), CanvasError> {
        let ((left, top), (right, bottom)) = (from, to);
        self.area.draw(&Rectangle::new([(left + radius, top), (right - radius, bottom)], colour.filled()))?;
        self.area.draw(&Rectangle::new([(left, top + radius), (right, bottom - radius)], colour.filled()))?;
        for (x, y) in (0..radius).flat_map(|y| (0..radius).map(move |x| (x, y))) {
            // Sixteen points of the pixel, seen from the middle of the circle, in eighths of a pixel.
            let (across, along) = (8 * (radius - x) - 1, 8 * (radius - y) - 1);
            let points = (0..16).map(|at| (across - at % 4 * 2, along - at / 4 * 2));
            let inside = points.filter(|(x, y)| x * x + y * y <= 64 * radius * radius);
            let shade = colour.mix(inside.fold(0.0, |sum, _| sum + 0.0625));
            for x in [left + x, right - 1 - x] {
                self.area.draw_pixel((x, top + y), &shade)?;
                self.area.draw_pixel((x, bottom - 1 - y), &shade)?;
            }
        }
        Ok(())
    }

    /// Draws each pixel of a line once, in one of sixteen shades, so that the picture has few colours.
    fn write(&self, line: &Line, (left, top): Spot) -> Result<(), CanvasError> {
        let Style { font, size, colour } = line.style;
        let base = top + i32::from(size) * 4 / 5;
        let mut shades = BTreeMap::new();
        for outline in line.glyphs.iter().filter_map(|glyph| font.outline_glyph(glyph.clone())) {
            let corner = outline.px_bounds().min;
            let (Some(x), Some(y)) = (corner.x.to_i32(), corner.y.to_i32()) else { continue };
            let (x, y) = (left + x, base + y);
            outline.draw(|right, down, share| {
                let spot = (x.saturating_add_unsigned(right), y.saturating_add_unsigned(down));
                *shades.entry(spot).or_insert(0.0) += share;
            });
        }
        for (spot, share) in shades {
            let share = (16.0 * share.min(1.0)).round() / 16.0;
            self.area.draw_pixel(spot, &colour.mix(share.into()))?;
        }
        Ok(())
    }

    /// One card for each figure, in as many rows as they need.
    fn cards(&self, figures: &[(String, String)], columns: i32) -> Result<(), CanvasError> {
        let width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
        let room = width - 2 * PADDING;
        // The labels stay alike, so the widest one decides for all of them.
        let sizes = [46, 43, 40, 37].map(|size| self.plain(size, FAINT));
        let fits = |style: &Style| figures.iter().all(|(label, _)| style.lay(label).width <= room);
        let style = sizes.into_iter().find(fits).unwrap_or(self.plain(37, FAINT));
        for (index, (label, value)) in (0..).zip(figures) {
            let left = MARGIN + index % columns * (width + GAP);
            let top = CARDS_TOP + index / columns * (CARD + GAP);
            self.round((left, top), (left + width, top + CARD), ROUND, SHEET)?;
            self.write(&self.bold(92).fit(value, room), (left + PADDING, top + 24))?;
            self.write(&style.fit(label, room), (left + PADDING, top + 124))?;
        }
        Ok(())
    }

    /// One line and the bar below it; `top` is the line's.
    fn bar(&self, bar: &Bar, top: i32) -> Result<(), CanvasError> {
        let (booked, working) = (u64::from(bar.booked_minutes), u64::from(bar.working_minutes));
        let percent = (100 * booked + working / 2).checked_div(working);
        let percent = percent.map_or_else(|| "–".to_owned(), |percent| format!("{}%", percent.min(999)));
        let percent = self.bold(48).fit(&percent, PERCENT);
        self.write(&percent, (LEFT + ROOM - percent.width, top))?;
        let note = self.plain(42, FAINT).fit(&bar.note, 480);
        let room = ROOM - PERCENT - note.width;
        self.write(&note, (LEFT + room, top + 5))?;
        self.write(&self.plain(48, INK).fit(&bar.name, room - GAP), (LEFT, top))?;
        let (top, bottom) = (top + LINE, top + LINE + BAR);
        self.round((LEFT, top), (LEFT + ROOM, bottom), BAR / 2, TRACK)?;
        if booked > 0 && working > 0 {
            // A bar shorter than it is high would have no room for its round ends.
            let length = u64::from(ROOM.unsigned_abs()) * booked.min(working) / working;
            let length = i32::try_from(length).unwrap_or(ROOM).max(BAR);
            self.round((LEFT, top), (LEFT + length, bottom), BAR / 2, FILL)?;
        }
        Ok(())
    }
}

/// The colours of a picture, and for each pixel the place of its colour among them. A PNG file has room for 256;
/// a later one is replaced by the nearest.
fn palette(pixels: &[u8]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let (mut colours, mut places) = (Vec::<[u8; 3]>::new(), HashMap::new());
    let place = |colour: &[u8; 3]| {
        *places.entry(*colour).or_insert_with(|| {
            if colours.len() < 256 {
                colours.push(*colour);
            }
            let far = |other: &[u8; 3]| other.iter().zip(colour).map(|(a, b)| a.abs_diff(*b)).max();
            (0..=u8::MAX).zip(&colours).min_by_key(|(_, other)| far(other)).map_or(0, |(place, _)| place)
        })
    };
    let indexes = pixels.as_chunks().0.iter().map(place).collect();
    (colours, indexes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "Maximiliana 💅 Рождественская-Ёжикова, Featherstonehaugh–Cholmondeley ßÿŁ";

    fn bar(name: &str, booked_minutes: u32, working_minutes: u32) -> Bar {
        Bar { name: name.to_owned(), booked_minutes, working_minutes, note: "18 h of 40 h".to_owned() }
    }

    /// The width and height of a picture, and each of its pixels. `text` is all but the bars' own.
    fn picture(text: &str, masters: Vec<Bar>) -> (Spot, Vec<(Spot, RGBColor)>) {
        let any = || text.to_owned();
        let figures = vec![(any(), any()); text.len().min(7)];
        let file = draw(&Chart { title: any(), subtitle: any(), figures, heading: any(), masters }).unwrap();
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n") && file.len() < 300_000, "{} bytes", file.len());
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let size = (i32::try_from(frame.width).unwrap(), i32::try_from(frame.height).unwrap());
        let spots = (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y)));
        let colours = pixels.as_chunks().0.iter().map(|[red, green, blue]| RGBColor(*red, *green, *blue));
        (size, spots.zip(colours).collect())
    }

    #[test]
    fn it_grows_with_the_masters_up_to_thirty() {
        let [none, one, most, more] = [0, 1, 30, 31].map(|count| picture("", vec![bar("", 9, 10); count]).0);
        assert_eq!(one, (WIDTH, CARDS_TOP + FIRST + LINE + BAR + PADDING + MARGIN));
        assert!(none.1 < one.1 && one.1 < most.1 && most.0 + most.1 < 5000);
        assert_eq!(more, most);
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let mut masters = [0, 600, 1200, 2400, 4800, 1].map(|booked| bar("", booked, 2400)).to_vec();
        masters.extend([bar("", 0, 0), bar("", 90, 0)]);
        let (_, dots) = picture("", masters);
        for (index, expected) in (0..).zip([0, 232, 464, 928, 928, 20, 0, 0]) {
            let middle = CARDS_TOP + FIRST + LINE + BAR / 2 + 124 * index;
            let length = dots.iter().filter(|((_, y), colour)| *y == middle && *colour == FILL).count();
            assert!(length.abs_diff(expected) <= 2, "{index}: {length} instead of {expected}");
        }
    }

    #[test]
    fn no_name_leaves_its_place() {
        let top = CARDS_TOP + FIRST;
        let (size, empty) = picture("", vec![bar("", 1080, 2400)]);
        let inked = empty.iter().filter(|(spot, colour)| spot.1 == top + LINE / 2 && *colour == FAINT);
        let room = LEFT - 2..inked.map(|dot| dot.0.0).min().unwrap() - GAP / 2;
        for name in [LONG, &"ЁЙЩ".repeat(40), &"W".repeat(300), "j\n\tÅg", "Ä, ................"] {
            let (same, named) = picture("", vec![bar(name, 1080, 2400)]);
            assert!(same == size && named != empty, "{name}");
            let mut changed = named.iter().zip(&empty).filter(|(one, two)| one != two).map(|(dot, _)| dot.0);
            assert!(changed.all(|(x, y)| room.contains(&x) && (top - 2..top + LINE).contains(&y)), "{name}");
        }
    }

    #[test]
    fn no_text_leaves_its_card() {
        let (_, dots) = picture(&LONG.repeat(3), vec![Bar { note: LONG.repeat(3), ..bar(LONG, 9, 1) }; 30]);
        let columns = [MARGIN, MARGIN + 341, MARGIN + 682].map(|left| left..left + 317);
        let list = CARDS_TOP + 2 * (CARD + GAP);
        for ((x, y), colour) in dots {
            let free = !(MARGIN..WIDTH - MARGIN).contains(&x) || (list - GAP..list).contains(&y);
            let between = (CARDS_TOP..list).contains(&y) && !columns.iter().any(|column| column.contains(&x));
            assert!(!(free || between) || colour == PAPER, "{x}, {y}");
        }
    }
}
