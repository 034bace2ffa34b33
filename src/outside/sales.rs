//! A sale of an earlier day, by the number on its receipt.

use crate::app::event::{Event, FoundSale};
use crate::domain::ids::SaleReference;
use crate::store::{ReadError, Reader};

/// What the store has of this number. The reader is a connection of its own: the till goes on saving meanwhile.
#[must_use]
pub fn found_sale(reader: Result<Reader, ReadError>, reference: SaleReference) -> Event {
    let found = reader.and_then(|reader| reader.sale_of(reference)).map_err(|error| error.to_string());
    let found = found.map(|found| found.map(|(sale, payments)| FoundSale { sale: Box::new(sale), payments }));
    Event::SaleFound { reference, found }
}
