use proptest::prelude::*;

use super::*;

fn person(name: &str) -> PersonId {
    PersonId(name.to_owned())
}

fn print(name: &str) -> Fingerprint {
    Fingerprint::of_thumbprint(name.to_owned())
}

fn key(name: &str, not_before: Option<i64>, expires: Option<i64>) -> KeyDescription {
    KeyDescription {
        kid: name.to_owned(),
        kind: "OKP/X25519".to_owned(),
        fingerprint: print(name),
        valid: Validity::between(not_before, expires).unwrap(),
    }
}

/// A ring of keys that Ana imported and Bo confirmed.
fn ring(keys: &[(&str, Option<i64>, Option<i64>)]) -> KeyRing {
    let mut ring = KeyRing::new();
    for (name, not_before, expires) in keys {
        ring.import(key(name, *not_before, *expires), String::new(), person("ana"), 0).unwrap();
        ring.confirm(&print(name), Confirmation::ByAnother(person("bo"))).unwrap();
    }
    ring
}

fn sealing(ring: &KeyRing, unix: i64) -> Result<&str, NoSealingKey> {
    ring.sealing_at(unix).map(|held| held.key.kid.as_str())
}

#[test]
fn a_fingerprint_is_read_in_groups_of_four() {
    let fingerprint = print("giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8");
    assert_eq!(fingerprint.to_string(), "giQq igT_ IKcu zHl0 FVJ3 k5ts 3_TW NAxv sC08 UZsf cM8");
}

#[test]
fn a_key_seals_only_after_a_second_person_confirmed_it() {
    let mut ring = KeyRing::new();
    assert_eq!(sealing(&ring, 5), Err(NoSealingKey::NoKey));
    ring.import(key("a", None, None), String::new(), person("ana"), 0).unwrap();
    assert_eq!(sealing(&ring, 5), Err(NoSealingKey::Unconfirmed));
    let own = ring.confirm(&print("a"), Confirmation::ByAnother(person("ana"))).unwrap_err();
    assert_eq!(own, KeyRingError::SamePerson(person("ana")));
    assert_eq!(sealing(&ring, 5), Err(NoSealingKey::Unconfirmed));
    ring.confirm(&print("a"), Confirmation::ByAnother(person("bo"))).unwrap();
    assert_eq!(sealing(&ring, 5), Ok("a"));
    let twice = ring.confirm(&print("a"), Confirmation::ByAnother(person("bo"))).unwrap_err();
    assert_eq!(twice.to_string(), "the key “a” is confirmed already");
}

#[test]
fn a_shop_of_one_confirms_alone_and_that_is_kept() {
    let mut ring = KeyRing::new();
    ring.import(key("a", None, None), String::new(), person("ana"), 0).unwrap();
    ring.confirm(&print("a"), Confirmation::Alone).unwrap();
    assert_eq!(ring.keys()[0].state, KeyState::Active { confirmed: Confirmation::Alone });
}

#[test]
fn keys_overlap_and_the_newer_one_is_sealed_to_from_its_first_second() {
    let mut ring = ring(&[("old", None, Some(200)), ("new", Some(100), Some(300))]);
    for (unix, kid) in [(0, "old"), (99, "old"), (100, "new"), (199, "new"), (299, "new")] {
        assert_eq!(sealing(&ring, unix), Ok(kid), "{unix}");
    }
    assert_eq!(sealing(&ring, 300), Err(NoSealingKey::Expired { expires: 300 }));
    // The new one turns out to be bad within the overlap: the old one takes over, and it does not come back.
    ring.retire(&print("new"), person("ana"), 150).unwrap();
    assert_eq!((sealing(&ring, 150), sealing(&ring, 199)), (Ok("old"), Ok("old")));
    let back = ring.confirm(&print("new"), Confirmation::ByAnother(person("bo"))).unwrap_err();
    assert_eq!(back.to_string(), "the key “new” is retired, and a retired key never comes back");
    let again = ring.import(key("new", None, None), String::new(), person("ana"), 150).unwrap_err();
    assert_eq!(again, KeyRingError::Known { kid: "new".to_owned() });
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(sealing(&ring(&[("a", Some(50), None)]), 5), Err(NoSealingKey::NotYetValid { not_before: 50 }));
    let mut pending = ring(&[("a", None, Some(9))]);
    pending.import(key("b", None, None), String::new(), person("ana"), 0).unwrap();
    assert_eq!(sealing(&pending, 9), Err(NoSealingKey::Unconfirmed));
    let mut retired = ring(&[("a", None, None)]);
    retired.retire(&print("a"), person("ana"), 1).unwrap();
    assert_eq!(sealing(&retired, 9), Err(NoSealingKey::NoKey));
    assert_eq!(retired.retire(&print("b"), person("ana"), 1), Err(KeyRingError::Unknown));
    assert!(retired.retire(&print("a"), person("ana"), 1).is_err());
}

#[test]
fn the_end_of_sealing_is_known_ahead_across_overlaps_and_gaps() {
    let until = |keys: &[(&str, Option<i64>, Option<i64>)]| ring(keys).seals_until(10);
    assert_eq!(until(&[]), Some(10));
    assert_eq!(until(&[("a", None, None)]), None);
    assert_eq!(until(&[("a", None, Some(50))]), Some(50));
    assert_eq!(until(&[("a", None, Some(50)), ("b", Some(50), Some(90))]), Some(90));
    assert_eq!(until(&[("a", None, Some(50)), ("b", Some(51), Some(90))]), Some(50));
    assert_eq!(until(&[("a", None, Some(50)), ("b", Some(20), None)]), None);
}

#[test]
fn what_cannot_be_imported_is_refused() {
    let mut ring = ring(&[("a", None, None)]);
    let mut import = |key: KeyDescription, unix| ring.import(key, String::new(), person("ana"), unix);
    let renamed = KeyDescription { kid: "b".to_owned(), ..key("a", None, None) };
    assert_eq!(import(renamed, 0), Err(KeyRingError::Known { kid: "a".to_owned() }));
    let same_name = KeyDescription { fingerprint: print("other"), ..key("a", None, None) };
    assert_eq!(import(same_name, 0), Err(KeyRingError::NameTaken("a".to_owned())));
    let over = import(key("b", None, Some(9)), 9);
    assert_eq!(over, Err(KeyRingError::Expired { kid: "b".to_owned(), expires: 9 }));
    for name in ["b", "c", "d"] {
        import(key(name, None, Some(9)), 8).unwrap();
    }
    assert_eq!(import(key("e", None, None), 0), Err(KeyRingError::InUseFull));
    assert_eq!(Validity::between(Some(5), Some(5)), None);
}

#[test]
fn retired_keys_do_not_pile_up_without_bound() {
    let mut ring = KeyRing::new();
    for number in 0..KEYS_MAX {
        let name = number.to_string();
        ring.import(key(&name, None, None), String::new(), person("ana"), 0).unwrap();
        ring.retire(&print(&name), person("ana"), 0).unwrap();
    }
    assert_eq!(ring.import(key("more", None, None), String::new(), person("ana"), 0), Err(KeyRingError::Full));
}

#[derive(Clone, Debug)]
enum Act {
    Import(u8, Option<i64>, Option<i64>),
    Confirm(u8),
    Retire(u8),
}

fn act() -> impl Strategy<Value = Act> {
    let moment = || prop::option::of(0_i64..50);
    prop_oneof![
        (0_u8..6, moment(), moment()).prop_map(|(name, from, to)| Act::Import(name, from, to)),
        (0_u8..6).prop_map(Act::Confirm),
        (0_u8..6).prop_map(Act::Retire),
    ]
}

proptest! {
    /// Whatever was done, in whatever order: only a confirmed key within its dates is sealed to, one that was ever
    /// retired is not, and as long as the ring says there is no gap there is none.
    #[test]
    fn only_a_confirmed_key_within_its_dates_ever_seals(acts in prop::collection::vec(act(), 0..40)) {
        let mut ring = KeyRing::new();
        let mut ever_retired = Vec::new();
        for act in acts {
            match act {
                Act::Import(name, from, to) => if let Some(valid) = Validity::between(from, to) {
                    let name = name.to_string();
                    let key = KeyDescription { valid, ..key(&name, None, None) };
                    let _ = ring.import(key, String::new(), person("ana"), 0);
                },
                Act::Confirm(name) => {
                    let _ = ring.confirm(&print(&name.to_string()), Confirmation::ByAnother(person("bo")));
                }
                Act::Retire(name) => if ring.retire(&print(&name.to_string()), person("ana"), 0).is_ok() {
                    ever_retired.push(name.to_string());
                },
            }
            let ends = ring.seals_until(0);
            for unix in 0..60 {
                match ring.sealing_at(unix) {
                    Ok(held) => {
                        prop_assert!(matches!(held.state, KeyState::Active { .. }), "{held:?}");
                        prop_assert!(held.key.valid.contains(unix) && !ever_retired.contains(&held.key.kid));
                    }
                    Err(_) => prop_assert!(ends.is_some_and(|ends| ends <= unix)),
                }
            }
            if let Some(ends) = ends {
                prop_assert!(ring.sealing_at(ends).is_err());
            }
            let stored = serde_json::to_string(&ring).unwrap();
            prop_assert_eq!(serde_json::from_str::<KeyRing>(&stored).unwrap(), ring.clone());
        }
    }
}
