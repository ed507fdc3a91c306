//! Chinese words. The dictionary of some 350,000 words is loaded when the first text needs it.

use crate::normal::normalise;
use jieba_rs::{Jieba, TokenizeMode};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Words that say nothing about the matter.
const EMPTY_WORDS: &str = "的 了 是 在 我 你 他 她 它 们 我们 你们 他们 和 与 及 或 也 都 就 又 还 很 \
    不 没 有 没有 要 会 能 可以 可是 但是 但 因为 所以 这 那 这个 那个 这样 什么 怎么 为什么 吗 呢 吧 啊 \
    被 把 给 让 叫 对 向 到 从 去 来 上 下 个 一 一个 里 着 过 得 地 说 人 请 希望 建议 现在 已经 一直 \
    the a an of to and in is are was were it i you we they for on at with that this be not";

static EMPTY: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| EMPTY_WORDS.split_whitespace().collect());

/// Loads the dictionary now, so that the first reader does not wait.
pub fn load_dictionary() {
    LazyLock::force(&DICTIONARY);
}

/// The words under which a text is found, each once and in order: also the shorter words within
/// longer ones. Words that say nothing are left out, and so is punctuation.
///
/// Words come from the dictionary alone. To guess at new ones from their surroundings would find
/// `取号机` in a question and `取号` in the text that it should find.
#[must_use]
pub fn index_words(text: &str) -> Vec<String> {
    let normal = normalise(text);
    distinct(DICTIONARY.tokenize(&normal, TokenizeMode::Search, false).iter().map(|t| t.word))
}

/// The words that somebody searches for: the longest that the dictionary has.
#[must_use]
pub fn query_words(text: &str) -> Vec<String> {
    let normal = normalise(text);
    distinct(DICTIONARY.cut(&normal, false).iter().map(|token| token.word))
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let words: BTreeSet<&str> = words.map(str::trim).filter(|word| says_something(word)).collect();
    words.into_iter().map(str::to_owned).collect()
}

fn says_something(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric) && !EMPTY.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(text: &str, query: &str) -> bool {
        let (index, query) = (index_words(text), query_words(query));
        !query.is_empty() && query.iter().all(|word| index.contains(word))
    }

    #[test]
    fn words_are_found_within_longer_ones_and_in_both_scripts() {
        let text = "我在社會保險大廳辦理養老保險，取號機壞了，跑了四趟。";
        for query in
            ["社会保险", "保险", "大厅", "养老保险", "养老 大厅", "取号机", "取號機", "跑四趟"]
        {
            assert!(is_found(text, query), "{query}: {:?}", index_words(text));
        }
        for query in ["医保", "窗口", "的", "，", "养老 窗口"] {
            assert!(!is_found(text, query), "{query}");
        }
    }

    #[test]
    fn nothing_has_no_words() {
        assert!(index_words(" ，。！ ").is_empty() && query_words(" ，。！ ").is_empty());
    }
}
