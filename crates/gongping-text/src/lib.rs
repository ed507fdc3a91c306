//! What texts say, for machines: one form of writing, Chinese words, and how alike two opinions
//! are. Pure and in whole numbers; nothing here keeps a text.

mod likeness;
mod normal;
mod word;

pub use likeness::{Collection, Likeness, Sketch};
pub use normal::{normalise, with_digits};
pub use word::{index_words, load_dictionary, query_words};
