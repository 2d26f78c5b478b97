//! Promise: what the overview, the programme and the sources show a caller is what the interface answers to the same caller; searching, sorting and
//! paging lose no row; a chosen day stays chosen; and no page is larger than a reader on a poor line can bear.

mod figures;
pub mod largest;
mod lists;
mod sizes;
mod sums;
mod table;
pub mod worlds;
