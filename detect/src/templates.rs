//! Log templates: which messages are one sentence with other values in it, found line by line.
//!
//! A message loses its head (`head`), what surely is a value becomes a wildcard (`skeleton`), and the words that are left
//! are hashed and looked up: that is all there is to do for a template seen before. A new one is compared with those that
//! differ in one word (`holes`): where many words were seen in one place, that place is a value as well, and the templates
//! are joined. What was told of a message before can thus change: [`Miner::resolve`] gives the final answer.
//!
//! ```text
//! observe("Accepted key for anna from 192.0.2.7")   -> Accepted key for anna from <*>
//! ... four other names                              -> Accepted key for <*> from <*>, for all five
//! ```
//!
//! The family is that of online log parsers; the best known is Drain (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing
//! Approach with Fixed Depth Tree", ICWS 2017), which descends by length and first words and joins by the share of equal
//! words. Quality is measured as grouping accuracy (Zhu et al., "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP
//! 2019): the share of lines whose group is exactly the true one.
//!
//! Promises: the same messages in the same order give the same templates, on every machine; an id is a hash of the
//! template's words, so that collectors that never met give a template the same id; no setting for any system. Memory is
//! bounded: at [`TEMPLATES_MAX`] the rarest are forgotten (as in lossy counting: Manku and Motwani, VLDB 2002), and what
//! was forgotten counts as the rest of its length, one template for each number of words.
//! Must not know: formats, files, columns.

mod bytes;
mod hash;
mod head;
mod holes;
mod skeleton;
mod stamp;
mod template;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use holes::{Entered, Holes};
use skeleton::Skeleton;
use template::Template;

pub use template::TemplateId;

/// Most templates kept at a time, those included that were joined to others.
pub const TEMPLATES_MAX: usize = 16_384;

/// Finds templates in a stream of messages.
#[derive(Debug, Default)]
pub struct Miner {
    templates: Vec<Template>,
    by_id: FxHashMap<TemplateId, u32>,
    holes: Holes,
    skeleton: Skeleton,
}

impl Miner {
    /// A miner that has seen nothing.
    pub fn new() -> Miner {
        Miner::default()
    }

    /// The template of a message as far as is known by now; ask [`Miner::resolve`] at the end.
    pub fn observe(&mut self, message: &str) -> TemplateId {
        let sentence = head::sentence(message);
        let mut skeleton = std::mem::take(&mut self.skeleton);
        skeleton.read(sentence);
        let id = TemplateId::of(skeleton.words());
        let known = self.by_id.get(&id).copied().or_else(|| self.holes.whole_of(skeleton.words()));
        let index = known.unwrap_or_else(|| self.add(Template::new(id, &skeleton, sentence)));
        self.skeleton = skeleton;
        let root = self.root(index);
        let Some(template) = self.templates.get_mut(root as usize) else { return id };
        template.count += 1;
        let id = template.id;
        if self.templates.len() >= TEMPLATES_MAX {
            self.forget();
        }
        id
    }

    /// The template that an id told earlier stands for now, by this miner or one it has absorbed.
    pub fn resolve(&self, id: TemplateId) -> TemplateId {
        self.find(id).map_or_else(|| id.rest(), |template| template.id)
    }

    /// The text of a template, `<*>` for values.
    pub fn template(&self, id: TemplateId) -> String {
        self.find(id).map_or_else(|| template::rest_text(id), |template| template.text.to_string())
    }

    /// The templates found, with the number of messages of each, in order of first appearance.
    pub fn templates(&self) -> impl Iterator<Item = (TemplateId, &str, u64)> {
        let roots = (0u32..).zip(&self.templates).filter(|(index, template)| template.parent == *index);
        roots.map(|(_, template)| (template.id, &*template.text, template.count))
    }

    /// Adds what another miner has seen. Ids are the same everywhere, so those it told need no translation.
    pub fn absorb(&mut self, other: &Miner) {
        let mut places = Vec::with_capacity(other.templates.len());
        for template in &other.templates {
            let known = self.by_id.get(&template.id).copied();
            let index = known.unwrap_or_else(|| self.add(Template { count: 0, ..template.clone() }));
            places.push(index);
            let root = self.root(index);
            if let Some(own) = self.templates.get_mut(root as usize) {
                own.count += template.count;
            }
        }
        for (template, index) in other.templates.iter().zip(&places) {
            if let Some(parent) = places.get(template.parent as usize) {
                self.join(*index, *parent);
            }
        }
        while self.templates.len() >= TEMPLATES_MAX {
            self.forget();
        }
    }

    fn find(&self, id: TemplateId) -> Option<&Template> {
        self.templates.get(self.root(*self.by_id.get(&id)?) as usize)
    }

    /// The last of those a template was joined to.
    fn root(&self, index: u32) -> u32 {
        let mut at = index;
        while let Some(template) = self.templates.get(at as usize)
            && template.parent != at
        {
            at = template.parent;
        }
        at
    }

    /// Adds a template and joins it to those that differ from it in one word, when there are enough.
    fn add(&mut self, template: Template) -> u32 {
        let index = self.templates.len() as u32;
        let words = template.words.clone();
        self.by_id.insert(template.id, index);
        self.templates.push(Template { parent: index, ..template });
        for place in holes::places(&words) {
            match self.holes.enter(&words, place, index) {
                Entered::Waits => {}
                Entered::Fills(whole) => self.join(index, whole),
                Entered::Completes(members) => {
                    let whole = self.with_value(index, place);
                    self.holes.close(&words, place, whole);
                    members.into_iter().for_each(|member| self.join(member, whole));
                }
            }
        }
        index
    }

    /// The template `index` with a value at `place`, added when it is new.
    fn with_value(&mut self, index: u32, place: usize) -> u32 {
        let Some(template) = self.templates.get(index as usize) else { return index };
        let whole = template.with_value(place);
        self.by_id.get(&whole.id).copied().unwrap_or_else(|| self.add(whole))
    }

    fn join(&mut self, member: u32, whole: u32) {
        let (member, whole) = (self.root(member), self.root(whole));
        if member == whole {
            return;
        }
        let count = self.templates.get_mut(member as usize).map_or(0, |template| {
            template.parent = whole;
            std::mem::take(&mut template.count)
        });
        if let Some(template) = self.templates.get_mut(whole as usize) {
            template.count += count;
        }
    }

    /// Drops the templates with the fewest messages until half the room is free.
    fn forget(&mut self) {
        let counts: Vec<u64> = (0u32..)
            .zip(&self.templates)
            .map(|(index, _)| self.templates.get(self.root(index) as usize).map_or(0, |root| root.count))
            .collect();
        let mut count_min = 2;
        while counts.iter().filter(|count| **count >= count_min).count() > TEMPLATES_MAX / 2 {
            count_min *= 2;
        }
        let mut kept = 0;
        let places: Vec<Option<u32>> = counts
            .iter()
            .map(|count| {
                let place = (*count >= count_min).then_some(kept);
                kept += u32::from(place.is_some());
                place
            })
            .collect();
        let place_of = |index: u32| places.get(index as usize).copied().flatten();
        let mut index = 0;
        self.templates.retain_mut(|template| {
            let place = place_of(index);
            index += 1;
            template.parent = place_of(template.parent).unwrap_or_default();
            place.is_some()
        });
        self.by_id = (0u32..).zip(&self.templates).map(|(index, template)| (template.id, index)).collect();
        self.holes.renumber(place_of);
    }
}
