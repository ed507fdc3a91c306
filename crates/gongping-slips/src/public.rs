//! What is handed in: for each box the public halves of its codes, in an order that says nothing.

use crate::{CodeWork, SecretList};
use gongping_appraisal::{BoxId, Digest, sha256};
use gongping_seal::{CredentialList, CredentialListError, PublicCredential};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The public code lists of all boxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicLists {
    /// By box.
    pub boxes: Vec<PublicBox>,
}

/// The public code list of one box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicBox {
    /// The box.
    pub id: BoxId,
    /// Public credentials, 64 digits each, sorted.
    pub public_credentials: Vec<String>,
}

impl PublicLists {
    /// Derives the lists. `step` is told after each box how many codes were derived for it.
    #[must_use]
    pub fn derive(work: &CodeWork, secret: &SecretList, step: impl Fn(u64)) -> Self {
        let of_box = |(id, (uuid, sheets)): (&BoxId, (_, Vec<u16>))| {
            let lines: Vec<_> = sheets.iter().flat_map(|sheet| secret.of_sheet(*sheet)).collect();
            let public =
                lines.par_iter().map(|line| line.code.credential.derive(uuid).public().to_string());
            let mut public_credentials: Vec<String> = public.collect();
            public_credentials.sort();
            step(public_credentials.len() as u64);
            PublicBox { id: id.clone(), public_credentials }
        };
        Self { boxes: work.boxes().into_iter().map(of_box).collect() }
    }

    /// The file that is handed in.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Serialisation of these types cannot fail: no maps, no floats.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl PublicBox {
    /// The hash that the log will have of this list: SHA-256 of its canonical JSON.
    ///
    /// # Errors
    /// [`CredentialListError`] when an entry is no key, or stands twice.
    pub fn fingerprint(&self) -> Result<Digest, CredentialListError> {
        let keys = self.public_credentials.iter().enumerate().map(|(index, text)| {
            PublicCredential::parse(text)
                .map_err(|source| CredentialListError::Element { number: index + 1, source })
        });
        let list = CredentialList::build(keys.collect::<Result<Vec<_>, _>>()?)?;
        Ok(sha256(list.bytes()))
    }
}
