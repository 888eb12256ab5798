//! Lines gathered into sessions, for every shape of identifier that may tell them apart.
//!
//! Promises: at most [`SHAPES_MAX`] shapes and [`SESSIONS_MAX`] sessions are held. In training the shape with the
//! fewest lines a session makes room; what finds none is counted. Must not know: what is normal.

use rustc_hash::FxHashMap;

use super::identifiers::identifiers;
use super::sessions::{SESSIONS_MAX, Sessions};
use crate::templates::TemplateId;

/// Most shapes tried at a time.
pub const SHAPES_MAX: usize = 64;

/// Sessions by the shape of their identifiers.
#[derive(Debug)]
pub struct Gatherer {
    shapes: FxHashMap<Box<str>, Sessions>,
    /// Whether shapes not yet met are taken up.
    open: bool,
    held: usize,
    lines: u64,
    /// Mentions of a session that found no room.
    dropped: u64,
    /// Reused for the shape of each token.
    scratch: String,
}

impl Gatherer {
    /// Takes up every shape.
    pub fn of_any_shape() -> Gatherer {
        Gatherer {
            shapes: FxHashMap::default(),
            open: true,
            held: 0,
            lines: 0,
            dropped: 0,
            scratch: String::new(),
        }
    }

    /// Takes up those shapes only.
    pub fn of_shapes<'s>(shapes: impl Iterator<Item = &'s str>) -> Gatherer {
        let shapes = shapes.map(|shape| (shape.into(), Sessions::default())).collect();
        Gatherer { shapes, open: false, ..Gatherer::of_any_shape() }
    }

    /// Number of lines seen.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Mentions of a session that found no room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The sessions of each shape, in order of shapes.
    pub fn into_shapes(self) -> Vec<(Box<str>, Sessions)> {
        let mut shapes: Vec<_> = self.shapes.into_iter().collect();
        shapes.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        shapes
    }

    /// Notes a line in every session it names.
    pub fn observe(&mut self, message: &str, event: TemplateId) {
        self.lines += 1;
        if self.shapes.is_empty() && !self.open {
            return;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        identifiers(message, &mut scratch, |shape, id| self.note(shape, id, event));
        self.scratch = scratch;
    }

    fn note(&mut self, shape: &str, id: &str, event: TemplateId) {
        if !self.shapes.contains_key(shape) {
            if !self.open {
                return;
            }
            if self.shapes.len() >= SHAPES_MAX {
                self.make_room();
            }
            self.shapes.insert(shape.into(), Sessions::default());
        }
        let is_new = self.shapes.get(shape).is_some_and(|sessions| !sessions.contains(id));
        if is_new && self.held >= SESSIONS_MAX && self.open && self.shapes.len() > 1 {
            self.make_room();
        }
        let full = is_new && self.held >= SESSIONS_MAX;
        match self.shapes.get_mut(shape) {
            Some(sessions) if !full => {
                sessions.observe(id, event, self.lines);
                self.held += usize::from(is_new);
            }
            _ => self.dropped += 1,
        }
    }

    /// Gives up the shape that groups least.
    fn make_room(&mut self) {
        let worst = self.shapes.iter().min_by(|(one, a), (other, b)| {
            a.lines_each().total_cmp(&b.lines_each()).then(a.count().cmp(&b.count())).then(one.cmp(other))
        });
        let worst = worst.map(|(shape, _)| shape.clone());
        if let Some(sessions) = worst.and_then(|shape| self.shapes.remove(&shape)) {
            self.held -= sessions.count();
        }
    }
}
