// Reads a JSON-stat file by the JSON-stat Toolkit, which is by the format's own author, and says every cell as it understands it:
// codes by dimension, value, status.
import { readFileSync } from 'node:fs';

import jsonStat from 'jsonstat-toolkit';

const dataset = jsonStat(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const roles = Object.fromEntries(['time', 'geo', 'metric'].map((role) => [role, dataset.role?.[role]]));
// By their codes: labels of two municipalities may be the same.
const cells = dataset.toTable({ type: 'arrobj', status: true, content: 'id' });
console.log(JSON.stringify({ class: dataset.class, length: dataset.length, dimensions: dataset.id, n: dataset.n, roles, cells }));
