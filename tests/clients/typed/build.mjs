// Generates the client from the checked-in SDL and compiles it, strictly.
//
//   node build.mjs
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = (tool, ...options) => execFileSync(fileURLToPath(new URL(`../node_modules/.bin/${tool}`, import.meta.url)), options, { cwd: here, stdio: 'inherit' });

for (const folder of ['generated', 'build']) rmSync(new URL(`${folder}/`, import.meta.url), { recursive: true, force: true });
run('graphql-codegen', '--config', 'codegen.yml');
run('tsc', '--project', 'tsconfig.json');
