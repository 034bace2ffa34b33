//! Who may use the till.

use std::collections::BTreeSet;

use super::section::{Item, Section};
use super::{NAME_CHARS_MAX, PEOPLE_MAX, PERSON_ID_CHARS_MAX, Problem, SettingsError};
use crate::domain::access::{Person, Role};
use crate::domain::ids::PersonId;
use crate::settings::{SecondPerson, pin};

pub(super) fn people(item: Item<'_>) -> Result<Vec<Person>, SettingsError> {
    let no_manager = item.breaks("at least one has the role manager, to approve and to close the day");
    let mut ids = BTreeSet::new();
    let mut people = Vec::new();
    for member in item.list(&(1..=PEOPLE_MAX), "people")? {
        let mut table = member.section(&["id", "name", "role", "pin_hash"])?;
        people.push(person(&mut table, &mut ids)?);
    }
    if people.iter().any(|person| person.role == Role::Manager) { Ok(people) } else { Err(no_manager) }
}

fn person(table: &mut Section<'_>, ids: &mut BTreeSet<String>) -> Result<Person, SettingsError> {
    let id = table.need("id", "a short name, such as cashier-1")?;
    let rule = format!("1 to {PERSON_ID_CHARS_MAX} small letters, digits and hyphens");
    let text = id.text(&rule)?;
    let small = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !small || !(1..=PERSON_ID_CHARS_MAX).contains(&text.len()) {
        return Err(id.wrong(format!("expected {rule}")));
    }
    if !ids.insert(text.to_owned()) {
        return Err(id.wrong("each person has an id of their own: the journal knows them by it".to_owned()));
    }
    let hash = table.need("pin_hash", "an argon2id hash in PHC form")?;
    let phc = hash.text("an argon2id hash in PHC form")?;
    pin::check_hash_form(phc).map_err(|error| hash.breaks(&error.to_string()))?;
    Ok(Person {
        id: PersonId(text.to_owned()),
        name: table.need("name", "the name on the screen")?.line_of_text(NAME_CHARS_MAX)?,
        role: table.need("role", "cashier or manager")?.choice("cashier or manager")?,
        pin_hash: phc.to_owned(),
    })
}

/// Four eyes need two people of whom one is a manager. With a single manager the till works for everyone else's
/// exceptions; what this manager wants approved needs a second one, and the screen says so.
pub(super) fn second_person(
    item: Option<&Item<'_>>,
    root: &Section<'_>,
    people: &[Person],
) -> Result<SecondPerson, SettingsError> {
    let choice = match item {
        None => SecondPerson::Required,
        Some(item) => match item.text("\"required\" or \"off\"")? {
            "required" => SecondPerson::Required,
            "off" => SecondPerson::Off,
            _ => return Err(item.wrong("expected required or off".to_owned())),
        },
    };
    if choice == SecondPerson::Off || people.len() > 1 {
        return Ok(choice);
    }
    let rule = "one person alone cannot be approved by another: add one, or set second_person to off";
    let absent = || root.wrong(Problem::Rule { key: "second_person".to_owned(), rule: rule.to_owned() });
    Err(item.map_or_else(absent, |item| item.wrong(rule.to_owned())))
}
