//! The repository checks itself: the invariants of ARCHITECTURE.md that a text search can see.
//!
//! Each check takes the repository as a value and returns findings of the form `path:line: what is wrong`, so that each
//! is itself tested on a few lines that break it (`mod tests` of each file). No check knows what it is not shown: a rule
//! that a search cannot see is held by the compiler, by clippy or by the tests named in ARCHITECTURE.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod code;
mod contract;
mod docs;
mod numbers;
mod repository;
mod templates;
mod translations;

use repository::{Findings, Repository};

#[track_caller]
fn assert_none(check: fn(&Repository) -> Findings) {
    let findings = check(Repository::loaded());
    assert!(findings.is_empty(), "{} findings:\n  {}\n", findings.len(), findings.join("\n  "));
}

#[test]
fn pure_modules_have_no_io_clock_randomness_sql_slint_or_floating_point() {
    assert_none(code::purity);
}

#[test]
fn sql_sockets_and_generated_types_stay_where_they_belong() {
    assert_none(code::borders);
}

#[test]
fn types_that_hold_secrets_cannot_be_printed_copied_or_serialised() {
    assert_none(code::secrets);
}

#[test]
fn product_code_does_not_panic_without_saying_why_it_cannot() {
    assert_none(code::panics);
}

#[test]
fn files_keep_a_readable_length() {
    assert_none(code::lengths);
}

#[test]
fn nothing_is_left_over() {
    assert_none(code::left_overs);
}

#[test]
fn every_file_of_code_is_mounted() {
    assert_none(code::dead_files);
}

#[test]
fn colours_fonts_and_bare_touch_areas_stay_where_they_belong() {
    assert_none(contract::style);
}

#[test]
fn every_slint_file_is_imported() {
    assert_none(contract::dead_files);
}

#[test]
fn every_property_and_callback_of_the_contract_is_used_by_a_page() {
    assert_none(contract::unused);
}

#[test]
fn every_sentence_of_the_screen_is_translated_and_no_translation_is_dead() {
    assert_none(translations::complete);
}

#[test]
fn pages_escape_what_they_are_given() {
    assert_none(templates::escaped);
}

#[test]
fn every_template_is_used() {
    assert_none(templates::dead_files);
}

#[test]
fn links_and_paths_of_the_documents_lead_somewhere() {
    assert_none(docs::links);
}

#[test]
fn the_readme_names_only_commands_that_exist() {
    assert_none(docs::commands);
}

#[test]
fn no_card_number_is_in_the_repository() {
    assert_none(numbers::card_numbers);
}
