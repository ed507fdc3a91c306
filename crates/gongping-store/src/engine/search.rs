//! Search by words, and the sketches of a unit's opinions.

use super::Db;
use super::repository::{Repository, from_sql};
use crate::failure::{Doing as _, StoreFailure};
use crate::search::{Subject, WordSearch};
use crate::sql;

/// A word with more places than this is common: which of two common words leads does not matter.
const COMMON: i64 = 4000;

impl Repository {
    pub(crate) async fn search(&self, search: &WordSearch) -> Result<Vec<u64>, StoreFailure> {
        let mut terms = Vec::new();
        for term in search.terms() {
            terms.push((self.places(term).await?, term));
        }
        terms.sort_unstable();
        let Some((rarest, lead)) = terms.first().copied() else { return Ok(Vec::new()) };
        if rarest == 0 {
            return Ok(Vec::new());
        }
        // Within one unit a common word is found faster by going through the unit.
        let in_unit = rarest >= COMMON && !search.unit_id.is_empty();
        let statement = match (search.subject, in_unit) {
            (Subject::Opinion, false) => sql::OPINIONS_BY_WORD,
            (Subject::Opinion, true) => sql::OPINIONS_OF_UNIT_BY_WORD,
            (Subject::Finding, _) => sql::FINDINGS_BY_WORD,
        };
        let others = terms.iter().skip(usize::from(!in_unit)).map(|(_, term)| *term);
        let mut others: Vec<i64> = others.collect();
        let wanted = others.len() as i64;
        // As many as the statement has places for; a term twice is still one.
        others.resize(WordSearch::MOST_WORDS, others.last().copied().unwrap_or(lead));
        let mut query = sqlx::query_scalar::<Db, i64>(statement).bind(&search.appraisal_id);
        query = query.bind(lead).bind(search.below).bind(&search.unit_id).bind(&search.item);
        query = query.bind(&search.matter).bind(&search.state);
        query = query.bind(search.from_us).bind(search.until_us);
        for term in others {
            query = query.bind(term);
        }
        let no_others = i64::from(wanted == 0);
        let found = query
            .bind(wanted + no_others)
            .bind(i64::from(search.limit))
            .fetch_all(&self.reader)
            .await
            .doing("search")?;
        found.into_iter().map(|number| from_sql(number, "search_word")).collect()
    }

    /// In how many places a word occurs, counted no further than what is common.
    async fn places(&self, term: i64) -> Result<i64, StoreFailure> {
        sqlx::query_scalar::<Db, i64>(sql::SEARCH_PLACES)
            .bind(term)
            .bind(COMMON)
            .fetch_one(&self.reader)
            .await
            .doing("count the places of a word")
    }

    pub(crate) async fn sketches(
        &self,
        appraisal_id: &str,
        unit_id: &str,
        limit: u32,
    ) -> Result<Vec<(u64, String)>, StoreFailure> {
        let found = sqlx::query_as::<Db, (i64, String)>(sql::SKETCHES)
            .bind(appraisal_id)
            .bind(unit_id)
            .bind(i64::from(limit))
            .fetch_all(&self.reader)
            .await
            .doing("read the sketches of a unit")?;
        let pair = |(number, letters)| Ok((from_sql(number, "sketch")?, letters));
        found.into_iter().map(pair).collect()
    }
}
