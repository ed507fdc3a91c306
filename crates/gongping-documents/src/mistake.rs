//! Why a whole file is refused.

use crate::Position;

/// A file that cannot be read as a table. Nothing of it was used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentMistake {
    /// No cell has any content.
    #[error("{name} is empty")]
    Empty {
        /// The file.
        name: String,
    },
    /// By its first bytes it is neither text nor a ZIP package. Old `.xls` files and workbooks
    /// with a password are of this kind.
    #[error("{name} is neither CSV nor XLSX")]
    KindUnknown {
        /// The file.
        name: String,
    },
    /// More bytes than are read, packed or unpacked.
    #[error("{name} is larger than {limit_megabytes} MB")]
    FileTooLarge {
        /// The file.
        name: String,
        /// The limit in millions of bytes.
        limit_megabytes: usize,
    },
    /// A cell with content stands too far down.
    #[error("{name} has {rows} rows, {limit} is the limit")]
    TooManyRows {
        /// The file.
        name: String,
        /// The row of that cell.
        rows: u32,
        /// The last row that is read.
        limit: u32,
    },
    /// A cell with content stands too far to the right.
    #[error("{name} has more than {limit} columns")]
    TooManyColumns {
        /// The file.
        name: String,
        /// The number of columns that are read.
        limit: u32,
    },
    /// Neither UTF-8 nor GB18030.
    #[error("{name}, row {row}: neither UTF-8 nor GB18030")]
    EncodingUnknown {
        /// The file.
        name: String,
        /// The first line that is neither.
        row: u32,
    },
    /// A quotation mark is never closed, or text follows a closed one.
    #[error("{name}, row {row}: a quotation mark has no partner")]
    CsvBroken {
        /// The file.
        name: String,
        /// The row in which the quotation begins.
        row: u32,
    },
    /// The package or the XML in it is damaged.
    #[error("{name} cannot be opened as a workbook: {reason}")]
    WorkbookBroken {
        /// The file.
        name: String,
        /// What the reader of workbooks says, for the log.
        reason: String,
    },
    /// A workbook without a visible sheet of cells.
    #[error("{name} has no sheet")]
    SheetMissing {
        /// The file.
        name: String,
    },
    /// No header row, or one that lacks columns.
    #[error("the header lacks {columns:?}")]
    HeaderMissing {
        /// The names of the columns that were not found, as the program writes them.
        columns: Vec<&'static str>,
    },
    /// Two columns of one meaning.
    #[error("the header has {column} twice, in {first} and {second}")]
    HeaderDuplicate {
        /// The column's name, as the program writes it.
        column: &'static str,
        /// Where it stands first.
        first: Position,
        /// Where it stands again.
        second: Position,
    },
}

impl DocumentMistake {
    /// All codes that [`DocumentMistake::code`] can give.
    pub const CODES: [&'static str; 11] = [
        "document-empty",
        "document-kind-unknown",
        "document-file-too-large",
        "document-too-many-rows",
        "document-too-many-columns",
        "document-encoding-unknown",
        "document-csv-broken",
        "document-workbook-broken",
        "document-sheet-missing",
        "document-header-missing",
        "document-header-duplicate",
    ];

    /// The key of its text in the locale files.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => Self::CODES[0],
            Self::KindUnknown { .. } => Self::CODES[1],
            Self::FileTooLarge { .. } => Self::CODES[2],
            Self::TooManyRows { .. } => Self::CODES[3],
            Self::TooManyColumns { .. } => Self::CODES[4],
            Self::EncodingUnknown { .. } => Self::CODES[5],
            Self::CsvBroken { .. } => Self::CODES[6],
            Self::WorkbookBroken { .. } => Self::CODES[7],
            Self::SheetMissing { .. } => Self::CODES[8],
            Self::HeaderMissing { .. } => Self::CODES[9],
            Self::HeaderDuplicate { .. } => Self::CODES[10],
        }
    }

    /// The arguments of its text.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty { name }
            | Self::KindUnknown { name }
            | Self::WorkbookBroken { name, .. }
            | Self::SheetMissing { name } => vec![("name", name.clone())],
            Self::FileTooLarge { name, limit_megabytes } => {
                vec![("name", name.clone()), ("limit", limit_megabytes.to_string())]
            }
            Self::TooManyRows { name, rows, limit } => vec![
                ("name", name.clone()),
                ("rows", rows.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::TooManyColumns { name, limit } => {
                vec![("name", name.clone()), ("limit", limit.to_string())]
            }
            Self::EncodingUnknown { name, row } | Self::CsvBroken { name, row } => {
                vec![("name", name.clone()), ("row", row.to_string())]
            }
            Self::HeaderMissing { columns } => vec![("columns", columns.join(", "))],
            Self::HeaderDuplicate { column, first, second } => vec![
                ("column", (*column).to_owned()),
                ("first", first.to_string()),
                ("second", second.to_string()),
            ],
        }
    }
}
