// Where the build is, and where what the tests leave behind is kept: beside it.

import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');

export const BUILD = resolve(REPOSITORY, process.env.CARGO_TARGET_DIR ?? 'target');
export const ARTEFACTS = join(BUILD, 'browser');
