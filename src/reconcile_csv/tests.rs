//! Whole files: refused with the line, taken whole, the same in whatever blocks they are read.

use super::*;
