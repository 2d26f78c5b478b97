//! The real register under the same readings as the model, read back after every step: whole, and as what has changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use programgrant::demo::systems;
use programgrant::store::database::Database;
use programgrant::store::register::{Block, Changes, Register};
use programgrant_contract::{Batch, Position};
use programgrant_core::view::{StoredRecord, StoredSetAside};
use programgrant_schema::{Accounts, Content, Record, RecordId, SetAside, SourceId};
use tokio::runtime::Runtime;

use super::model::{Model, Reading, Said, Shown};
use crate::ledger::books::Kind;
use crate::postgres;
use crate::world::NOON;

const SOURCE: SourceId = systems::UDIR;
/// Room for the rows of one file between the revisions of two.
const ROWS: i64 = 100;

/// What is in force, and what stands aside.
type Told = (BTreeMap<u8, Shown>, BTreeSet<u8>);

pub struct Shelf {
    runtime: Runtime,
    url: String,
    database: Database,
    register: Register,
    /// What a view would have gathered from the changes alone.
    gathered: RefCell<(u64, BTreeMap<RecordId, StoredRecord>)>,
    /// What was told at the end of every instant.
    diary: RefCell<BTreeMap<Timestamp, Told>>,
    _folder: tempfile::TempDir,
}

impl Shelf {
    pub fn open(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.path().join("register.db").display()),
            Kind::Postgres => runtime.block_on(postgres::database()),
        };
        let (database, register) = runtime.block_on(open(&url));
        runtime.block_on(register.begin_history(day(0))).expect("begins");
        Self {
            runtime,
            url,
            database,
            register,
            gathered: RefCell::default(),
            diary: RefCell::default(),
            _folder: folder,
        }
    }

    pub fn reopen(&mut self) {
        self.runtime.block_on(self.database.close());
        (self.database, self.register) = self.runtime.block_on(open(&self.url));
    }

    pub fn fail(&self, model: &Model) {
        self.runtime
            .block_on(
                self.register
                    .note_failure(SOURCE, "the reply breaks off", day(model.today)),
            )
            .expect("notes");
    }

    pub fn read(&self, model: &Model, reading: &Reading) {
        let batch = batch(model, reading);
        self.runtime.block_on(async {
            let place = self.register.place(SOURCE).await.expect("reads");
            self.register
                .store(SOURCE, &place, &batch, day(model.today))
                .await
                .expect("stores");
        });
    }

    pub fn assert_is_as(&self, model: &Model) {
        let (records, all) = self.changes(0);
        let told: BTreeMap<u8, Shown> = records.iter().map(shown).collect();
        assert_eq!(told, model.shown());
        let aside = aside(&all.set_aside);
        assert_eq!(aside, model.aside());
        self.diary.borrow_mut().insert(day(model.today), (told.clone(), aside));
        let (since, mut gathered) = self.gathered.take();
        let (records, changes) = self.changes(since);
        gathered.extend(records.into_iter().map(|stored| (stored.record.id.clone(), stored)));
        let seen: BTreeMap<u8, Shown> = gathered.values().map(shown).collect();
        assert_eq!(seen, told, "what has changed is not all that has");
        *self.gathered.borrow_mut() = (changes.generation, gathered);
    }

    /// Whatever was told at an instant is told of it still.
    pub fn assert_remembers(&self) {
        for (instant, told) in self.diary.borrow().iter() {
            let picture = self.runtime.block_on(async {
                let known = self.register.known_at(*instant).await.expect("reads").expect("begun");
                self.register.picture(known.generation).await.expect("reads")
            });
            let remembered: Told = (picture.records.iter().map(shown).collect(), aside(&picture.set_aside));
            assert_eq!(&remembered, told, "as of {instant}");
        }
    }

    fn changes(&self, since: u64) -> (Vec<StoredRecord>, Changes) {
        let mut records = Vec::new();
        let mut take = |block: Block| records.append(&mut block.records().expect("readable"));
        let changes = self.runtime.block_on(self.register.changes(since, &mut take));
        (records, changes.expect("reads"))
    }
}

async fn open(url: &str) -> (Database, Register) {
    let database = Database::open(url).await.expect("opens");
    let register = Register::open(database.clone(), systems::ALL.into_iter())
        .await
        .expect("opens");
    (database, register)
}

fn day(number: i64) -> Timestamp {
    NOON.parse::<Timestamp>().expect("an instant") + SignedDuration::from_hours(24 * number)
}

fn batch(model: &Model, reading: &Reading) -> Batch {
    let mut batch = Batch::empty(Position::from_text("\"here\"".to_owned()));
    match reading {
        Reading::Whole { heading, listed } => {
            batch.scope = Some(heading.to_string());
            for said in listed {
                add(&mut batch, said, said.stamp, None);
            }
        }
        Reading::Queue(numbers) => {
            for number in numbers {
                let said = &model.items[*number];
                add(
                    &mut batch,
                    said,
                    said.stamp.map(|stamp| day(stamp).as_microsecond()),
                    Some(format!("AR{number}")),
                );
            }
        }
        Reading::File(number) => {
            let first = i64::try_from(*number).expect("small") * ROWS;
            for (said, revision) in model.files[*number].iter().zip(first..) {
                add(&mut batch, said, Some(revision), None);
            }
        }
    }
    batch
}

fn add(batch: &mut Batch, said: &Said, revision: Option<i64>, item: Option<String>) {
    let (id, changed_at) = (RecordId::new(format!("r-{}", said.id)), said.stamp.map(day));
    if said.good {
        let content = Content::Accounts(Accounts::Year {
            year: said.value,
            lines: Vec::new(),
            municipal: None,
        });
        batch.records.push(Record {
            reference: id.to_string(),
            id,
            revision,
            changed_at,
            item,
            content,
        });
    } else {
        batch.set_aside.push(SetAside {
            record: Some(id),
            revision,
            changed_at,
            item,
            ..SetAside::at("somewhere", "bad")
        });
    }
}

fn aside(set_aside: &[StoredSetAside]) -> BTreeSet<u8> {
    let record = |stored: &StoredSetAside| number(stored.set_aside.record.as_ref()?);
    set_aside.iter().filter_map(record).collect()
}

fn number(id: &RecordId) -> Option<u8> {
    id.as_str().strip_prefix("r-")?.parse().ok()
}

fn shown(stored: &StoredRecord) -> (u8, Shown) {
    let Content::Accounts(Accounts::Year { year, .. }) = &stored.record.content else {
        panic!("a year")
    };
    (
        number(&stored.record.id).expect("a number"),
        Shown {
            value: *year,
            vanished: stored.vanished_at.is_some(),
        },
    )
}
