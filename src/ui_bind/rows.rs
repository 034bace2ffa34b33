//! Lists on the screen, changed in place.

use slint::{Model, ModelRc, VecModel};

/// Puts `rows` on the screen where `shown` is shown, and hands `replace` a new list only when there was none of ours.
///
/// A row that is the same stays untouched: a finger that is just pressing it does not lose it, and a list that is
/// scrolled keeps its place while the rest of the screen ticks on.
pub(super) fn put<Row: Clone + PartialEq + 'static>(
    shown: &ModelRc<Row>,
    rows: impl IntoIterator<Item = Row>,
    replace: impl FnOnce(ModelRc<Row>),
) {
    let Some(list) = shown.as_any().downcast_ref::<VecModel<Row>>() else {
        replace(ModelRc::new(rows.into_iter().collect::<VecModel<Row>>()));
        return;
    };
    let mut length = 0;
    for row in rows {
        match list.row_data(length) {
            Some(present) if present == row => {}
            Some(_) => list.set_row_data(length, row),
            None => list.push(row),
        }
        length += 1;
    }
    while list.row_count() > length {
        list.remove(list.row_count() - 1);
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_list_is_changed_in_place_and_ends_as_asked() {
        let list = ModelRc::from(Rc::new(VecModel::from(vec![1, 2, 3])));
        for rows in [vec![1, 2, 3], vec![], vec![7], vec![7, 8, 9, 10], vec![8, 9]] {
            put(&list, rows.clone(), |_| panic!("a list of ours was replaced"));
            assert_eq!(list.iter().collect::<Vec<i32>>(), rows);
        }
    }

    #[test]
    fn a_list_that_is_not_ours_is_replaced() {
        let mut made = None;
        put(&ModelRc::default(), [5, 6], |list| made = Some(list));
        assert_eq!(made.map(|list| list.iter().collect::<Vec<i32>>()), Some(vec![5, 6]));
    }
}
