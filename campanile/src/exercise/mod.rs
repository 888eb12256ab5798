//! The exercise with the fictional comune: labels to what was planted, and what became of it as rows and words.

pub mod evaluation;
pub mod labels;
pub mod result;
