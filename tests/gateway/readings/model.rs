//! What the register should say after any readings, said a second time and in another way: everything that ever came is kept as it
//! came, and what holds is worked out from it anew. There is no database.

use std::collections::{BTreeMap, BTreeSet};

/// What is said of one record. The stamp counts days from the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub id: u8,
    pub stamp: Option<i64>,
    pub value: i16,
    /// Whether it can be read.
    pub good: bool,
}

/// How the source delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is read whole, heading by heading.
    Whole,
    /// It leaves items in a queue.
    Queue,
    /// It leaves numbered files.
    Files,
}

/// What one batch brings.
#[derive(Debug, Clone)]
pub enum Reading {
    /// All that one heading lists.
    Whole { heading: usize, listed: Vec<Said> },
    /// Items by their numbers, in the order in which they come.
    Queue(Vec<usize>),
    /// One file by its number.
    File(usize),
}

/// What the register should say of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub value: i16,
    pub vanished: bool,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub way: Way,
    /// What each item of the queue, and each row of each file, says whenever it comes.
    pub items: Vec<Said>,
    pub files: Vec<Vec<Said>>,
    pub today: i64,
    /// Each heading's last listing, in the order in which they were read.
    listings: Vec<(usize, Vec<Said>)>,
    last_held: BTreeMap<u8, i16>,
    gone: BTreeSet<u8>,
    /// The items that came, each with the day of its first coming, goods of a batch first.
    came: Vec<(usize, i64)>,
    delivered: BTreeSet<usize>,
}

impl Model {
    pub fn new(way: Way, items: Vec<Said>, files: Vec<Vec<Said>>) -> Self {
        Self {
            way,
            items,
            files,
            today: 0,
            listings: Vec::new(),
            last_held: BTreeMap::new(),
            gone: BTreeSet::new(),
            came: Vec::new(),
            delivered: BTreeSet::new(),
        }
    }

    pub fn read(&mut self, reading: &Reading) {
        match reading {
            Reading::Whole { heading, listed } => {
                self.listings.retain(|(other, _)| other != heading);
                self.listings.push((*heading, listed.clone()));
                let held: Vec<(u8, i16)> = (0..8).filter_map(|id| Some((id, self.listed(id)?))).collect();
                self.gone.retain(|id| held.iter().all(|(listed, _)| listed != id));
                self.last_held.extend(held);
                // What is listed and cannot be read has not gone, and what had gone is not back until it can be.
                let is_listed = |id: u8| {
                    self.listings
                        .iter()
                        .any(|(_, listed)| listed.iter().any(|said| said.id == id))
                };
                self.gone.extend(self.last_held.keys().filter(|id| !is_listed(**id)));
            }
            Reading::Queue(numbers) => {
                for good in [true, false] {
                    for number in numbers.iter().filter(|number| self.items[**number].good == good) {
                        if self.came.iter().all(|(known, _)| known != number) {
                            self.came.push((*number, self.today));
                        }
                    }
                }
            }
            Reading::File(number) => _ = self.delivered.insert(*number),
        }
    }

    pub fn shown(&self) -> BTreeMap<u8, Shown> {
        let living = |value| Shown { value, vanished: false };
        match self.way {
            Way::Whole => self
                .last_held
                .iter()
                .map(|(id, value)| {
                    (
                        *id,
                        Shown {
                            value: *value,
                            vanished: self.gone.contains(id),
                        },
                    )
                })
                .collect(),
            Way::Queue => self
                .queue()
                .0
                .into_iter()
                .map(|(id, (_, value))| (id, living(value)))
                .collect(),
            Way::Files => self
                .latest_rows(true)
                .into_iter()
                .map(|(id, (_, value))| (id, living(value)))
                .collect(),
        }
    }

    pub fn aside(&self) -> BTreeSet<u8> {
        match self.way {
            Way::Whole => {
                let of_heading = |listed: &Vec<Said>| {
                    let later = |bad: &Said| {
                        listed
                            .iter()
                            .any(|good| good.good && good.id == bad.id && good.stamp > bad.stamp)
                    };
                    listed
                        .iter()
                        .filter(|said| !said.good && !later(said))
                        .map(|bad| bad.id)
                        .collect::<Vec<u8>>()
                };
                self.listings
                    .iter()
                    .flat_map(|(_, listed)| of_heading(listed))
                    .collect()
            }
            Way::Queue => self.queue().1.into_keys().collect(),
            Way::Files => {
                let good = self.latest_rows(true);
                let bad = self.latest_rows(false).into_iter();
                bad.filter(|(id, (place, _))| good.get(id).is_none_or(|(good, _)| good < place))
                    .map(|(id, _)| id)
                    .collect()
            }
        }
    }

    /// Of all headings the latest stamp, of equal ones the heading that was read last.
    fn listed(&self, id: u8) -> Option<i16> {
        let stated = self
            .listings
            .iter()
            .flat_map(|(_, listed)| listed)
            .filter(|said| said.good && said.id == id);
        stated.max_by_key(|said| said.stamp).map(|said| said.value)
    }

    /// What holds and what stands aside, each with its stamp where it can be believed.
    #[expect(clippy::type_complexity, reason = "a pair of maps, taken apart at once")]
    fn queue(&self) -> (BTreeMap<u8, (Option<i64>, i16)>, BTreeMap<u8, Option<i64>>) {
        let (mut holds, mut aside): (BTreeMap<u8, (Option<i64>, i16)>, BTreeMap<u8, Option<i64>>) = Default::default();
        let before = |new: Option<i64>, old: Option<i64>| new.zip(old).is_some_and(|(new, old)| new < old);
        for (number, day) in &self.came {
            let Said { id, stamp, value, good } = self.items[*number].clone();
            let stamp = stamp.filter(|stamp| *stamp <= day + 1);
            if holds.get(&id).is_some_and(|(held, _)| before(stamp, *held)) {
                continue;
            }
            let beats_aside = aside.get(&id).is_none_or(|bad| !before(stamp, *bad));
            if good {
                holds.insert(id, (stamp, value));
                if beats_aside {
                    aside.remove(&id);
                }
            } else if beats_aside {
                aside.insert(id, stamp);
            }
        }
        (holds, aside)
    }

    /// By record, the row that stands last in the file of the highest number.
    fn latest_rows(&self, good: bool) -> BTreeMap<u8, ((usize, usize), i16)> {
        let rows = |number: &usize| {
            let number = *number;
            self.files[number]
                .iter()
                .enumerate()
                .map(move |(line, said)| ((number, line), said))
        };
        let rows = self
            .delivered
            .iter()
            .flat_map(rows)
            .filter(|(_, said)| said.good == good);
        rows.map(|(place, said)| (said.id, (place, said.value))).collect()
    }
}
