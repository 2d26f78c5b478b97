// Builds `dist/`: the manifest, `assets/` with a hash of its content in each file's name, and the same files compressed in `br/` and
// `gzip/`. The gateway embeds the folder.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

const OUT = 'dist';
const ASSETS = 'assets';
/** Fonts are compressed as they are. */
const WORTH_COMPRESSING = new Set(['.css', '.js', '.svg', '.ttf']);
/** The gateway does not compress what is smaller, either. */
const SMALLEST = 1024;
const CODINGS = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
};

/** Where images and fonts lie that style sheets brought along within themselves. */
const EXTRACTED = join(import.meta.dirname, 'node_modules/.extracted');
const WITHIN = /url\(\s*(["']?)data:([\w/+-]+)([^,]*?),((?:(?!\1\)).)*)\1\s*\)/g;
const ENDINGS = { 'image/svg+xml': 'svg', 'image/png': 'png', 'font/ttf': 'ttf', 'font/woff2': 'woff2' };

/** The policy of the pages allows no addresses `data:`, so each becomes a file of its own. */
function extracted() {
  return {
    name: 'extracted',
    apply: 'build',
    enforce: 'pre',
    async transform(style, id) {
      if (extname(id) !== '.css') return undefined;
      await mkdir(EXTRACTED, { recursive: true });
      const found = [...style.matchAll(WITHIN)];
      const files = await Promise.all(found.map((match) => extract(match)));
      let taken = 0;
      const code = style.replace(WITHIN, () => `url("${relative(dirname(id), files[taken++])}")`);
      return { code, map: null };
    },
  };
}

async function extract([written, , media, parameters, text]) {
  if (!(media in ENDINGS)) throw new Error(`a style sheet holds ${media}: ${written.slice(0, 80)}`);
  const content = parameters.includes('base64') ? Buffer.from(text, 'base64') : decodeURIComponent(text.replaceAll('\\', ''));
  const name = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const file = join(EXTRACTED, `${name}.${ENDINGS[media]}`);
  await writeFile(file, content);
  return file;
}

/** What never changes is compressed once, and as well as can be. */
function compressed() {
  return {
    name: 'compressed',
    apply: 'build',
    async closeBundle() {
      const names = (await readdir(join(OUT, ASSETS))).filter((name) => WORTH_COMPRESSING.has(extname(name)));
      for (const coding of Object.keys(CODINGS)) {
        await mkdir(join(OUT, coding, ASSETS), { recursive: true });
      }
      await Promise.all(names.map(compress));
    },
  };
}

async function compress(name) {
  const content = await readFile(join(OUT, ASSETS, name));
  if (content.length < SMALLEST) return;
  for (const [coding, smaller] of Object.entries(CODINGS)) {
    await writeFile(join(OUT, coding, ASSETS, name), await smaller(content));
  }
}

export default defineConfig({
  plugins: [extracted(), compressed()],
  build: {
    outDir: OUT,
    assetsDir: ASSETS,
    manifest: 'manifest.json',
    // What stands in an address of its own has a name, a hash and a place in the policy `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    reportCompressedSize: false,
    // Monaco is one large part of GraphiQL, which is loaded when its page is.
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      input: { pages: 'src/pages/main.ts', graphiql: 'src/graphiql/main.tsx' },
      // Nothing is rendered elsewhere than in the browser.
      checks: { moduleLevelDirective: false },
    },
  },
});
