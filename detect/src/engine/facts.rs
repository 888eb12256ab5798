//! What a batch holds of the values rules ask for, found in one pass a column for all rules together when the first one asks.
//!
//! Promises: a rule whose needs a batch cannot meet costs a few comparisons. Must not know: what rules do
//! with the rows.

use std::cell::OnceCell;

use arrow::array::{Array, StringViewArray};
use arrow::buffer::BooleanBuffer;
use rustc_hash::FxHashMap;
use schema::EventBatch;

use crate::sql::{Input, Need};

/// One column that some rule compares with texts, and a code for each text (from 1; 0 is any other value).
#[derive(Debug)]
struct Question {
    input: Input,
    codes: FxHashMap<Box<str>, u32>,
}

/// Everything all rules compare for equality.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    questions: Vec<Question>,
}

/// A [`Need`] in codes: the value of `question` must have one of these codes.
#[derive(Debug)]
pub(crate) struct CodedNeed {
    question: usize,
    /// Indexed by code; codes given later than this need are not asked for.
    wanted: Vec<bool>,
}

impl Questions {
    /// Notes a need.
    pub fn add(&mut self, need: &Need) -> CodedNeed {
        let position = match self.questions.iter().position(|question| question.input == need.input) {
            Some(position) => position,
            None => {
                self.questions.push(Question { input: need.input.clone(), codes: FxHashMap::default() });
                self.questions.len() - 1
            }
        };
        let mut wanted = Vec::new();
        if let Some(question) = self.questions.get_mut(position) {
            for value in &need.values {
                let next = question.codes.len() as u32 + 1;
                let code = *question.codes.entry(value.as_str().into()).or_insert(next) as usize;
                if wanted.len() <= code {
                    wanted.resize(code + 1, false);
                }
                if let Some(slot) = wanted.get_mut(code) {
                    *slot = true;
                }
            }
        }
        CodedNeed { question: position, wanted }
    }

    /// What a batch answers, each question when it is first asked.
    pub fn ask<'b>(&'b self, batch: &'b EventBatch) -> Facts<'b> {
        let answers = self.questions.iter().map(|question| (question, OnceCell::new()));
        Facts { batch, answers: answers.collect() }
    }
}

impl Question {
    /// None when no value of the batch has a code.
    fn look_up(&self, batch: &EventBatch) -> Option<Answer> {
        let values = match &self.input {
            Input::Column(column) => batch.texts(*column)?,
            Input::Field(key) => batch.field(key)?,
            Input::Map | Input::Derived(_) => return None,
        };
        Answer::of(values, &self.codes)
    }
}

/// Views remembered at a time.
const MEMO_SLOTS: usize = 64;

/// The codes of views seen lately: values repeat, and equal views are equal texts.
struct Memo {
    slots: [(u128, u32); MEMO_SLOTS],
}

impl Default for Memo {
    fn default() -> Memo {
        // No view is all ones: its length would be beyond any buffer.
        Memo { slots: [(u128::MAX, 0); MEMO_SLOTS] }
    }
}

impl Memo {
    #[inline]
    fn code(&mut self, view: u128, look_up: impl FnOnce() -> u32) -> u32 {
        // The low half holds length and first bytes, the high half more text or the place.
        let mixed = ((view as u64) ^ ((view >> 64) as u64)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let Some(slot) = self.slots.get_mut((mixed >> 58) as usize) else { return look_up() };
        if slot.0 != view {
            *slot = (view, look_up());
        }
        slot.1
    }
}

/// The codes of a column's values.
struct Answer {
    codes: Vec<u32>,
    /// Indexed by code.
    present: Vec<bool>,
}

impl Answer {
    /// None when no value has a code.
    fn of(values: &StringViewArray, known: &FxHashMap<Box<str>, u32>) -> Option<Answer> {
        if values.null_count() == values.len() {
            return None;
        }
        let mut present = vec![false; known.len() + 1];
        let mut codes = Vec::with_capacity(values.len());
        let mut memo = Memo::default();
        for (row, view) in values.views().iter().enumerate() {
            if values.is_null(row) {
                codes.push(0);
                continue;
            }
            codes.push(memo.code(*view, || {
                let code = known.get(values.value(row)).copied().unwrap_or(0);
                if let Some(slot) = present.get_mut(code as usize) {
                    *slot = true;
                }
                code
            }));
        }
        present.iter().skip(1).any(|seen| *seen).then_some(Answer { codes, present })
    }
}

/// What a batch holds.
pub(crate) struct Facts<'b> {
    batch: &'b EventBatch,
    answers: Vec<(&'b Question, OnceCell<Option<Answer>>)>,
}

impl Facts<'_> {
    /// The rows that meet every need; none when no row does.
    pub fn rows_meeting(&self, needs: &[CodedNeed]) -> Option<BooleanBuffer> {
        let mut answers = Vec::with_capacity(needs.len());
        for need in needs {
            let (question, answer) = self.answers.get(need.question)?;
            let answer = answer.get_or_init(|| question.look_up(self.batch)).as_ref()?;
            let met = answer.present.iter().zip(&need.wanted).skip(1).any(|(seen, wanted)| *seen && *wanted);
            if !met {
                return None;
            }
            answers.push((answer, need));
        }
        let mut rows: Option<BooleanBuffer> = None;
        for (answer, need) in answers {
            let wanted = |code: &u32| need.wanted.get(*code as usize).copied().unwrap_or(false);
            let meeting = BooleanBuffer::collect_bool(self.batch.len(), |row| {
                answer.codes.get(row).is_some_and(wanted)
            });
            rows = Some(rows.map_or_else(|| meeting.clone(), |rows| &rows & &meeting));
        }
        let rows = rows.unwrap_or_else(|| BooleanBuffer::new_set(self.batch.len()));
        (rows.count_set_bits() > 0).then_some(rows)
    }
}
