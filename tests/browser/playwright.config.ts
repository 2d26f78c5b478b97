// Two demonstrations for all tests, started here, one of which people log in at, and how a browser comes to them: `./test` looks at everything once,
// `./test --all` in every role, width, scheme and language, with script and without.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig, devices, type Project } from '@playwright/test';
import { ARTEFACTS, BUILD } from './places.ts';

interface Visitor {
  width: 360 | 1280;
  scheme: 'light' | 'dark';
  language: 'nb' | 'nn';
  script: boolean;
}

/** What is asked of pages whose work is done by script. */
const NEEDS_SCRIPT = '@script';
/** What no script changes, and takes a while. */
const KEYBOARD = '@keyboard';
const HEIGHT = 800;
const ALL = Boolean(process.env.TEST_BROWSER_ALL);

function project({ width, scheme, language, script }: Visitor): Project {
  const leftOut = script ? [] : [NEEDS_SCRIPT, KEYBOARD];
  return {
    name: [width, scheme, language, script ? 'script' : 'plain'].join('-'),
    grepInvert: leftOut.map((tag) => new RegExp(tag)),
    use: {
      ...devices['Desktop Chrome'],
      viewport: { width, height: HEIGHT },
      hasTouch: width === 360,
      colorScheme: scheme,
      locale: `${language}-NO`,
      javaScriptEnabled: script,
    },
  };
}

/**
 * A page does not change between two widths or schemes but by its style: whoever comes to it looks at it in all four (`visit.isForEverybody`). So each
 * language comes with script and without, and what is done on the way there (commands, logging in, paper, GraphiQL) is done by these four and not
 * by sixteen: in each width, scheme and language, with script and without, and in each width with either.
 */
const FOUR: Visitor[] = [
  { width: 1280, scheme: 'light', language: 'nb', script: true },
  { width: 360, scheme: 'dark', language: 'nn', script: true },
  { width: 360, scheme: 'light', language: 'nb', script: false },
  { width: 1280, scheme: 'dark', language: 'nn', script: false },
];

/** Its address is known, as a variable of the environment, once it has said where it listens. */
function demonstration(log: string, more: string, stdout: RegExp) {
  return {
    command: `${join(BUILD, 'debug/programgrant')} demo --listen 127.0.0.1:0 ${more} 2>${join(ARTEFACTS, log)}`,
    cwd: resolve(import.meta.dirname, '../..'),
    wait: { stdout },
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGINT' as const, timeout: 10_000 },
  };
}

mkdirSync(ARTEFACTS, { recursive: true });

const visitors = ALL ? FOUR : FOUR.slice(0, 1);

export default defineConfig({
  // The pictures of docs/screenshots are taken where somebody wants new ones.
  testMatch: process.env.TEST_PICTURES ? 'screenshots.ts' : '*.spec.ts',
  outputDir: join(ARTEFACTS, 'failed'),
  reporter: [['list']],
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  globalTimeout: ALL ? 3_600_000 : 600_000,
  expect: { timeout: 20_000 },
  projects: visitors.map(project),
  use: {
    // Known once the demonstration has said where it listens; what reads it then is another process.
    baseURL: process.env.DEMO_ORIGIN,
    // Tracing takes more than looking: whoever looks for a fault asks for it.
    trace: process.env.TEST_BROWSER_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium's own fence cannot be put up by root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: [
    demonstration('demo.log', '', /GraphQL: (?<demo_origin>http:\/\/[\d.:]+)\/graphql/),
    demonstration('demo-login.log', '--login', /GraphQL: (?<demo_login_origin>http:\/\/[\d.:]+)\/graphql/),
  ],
});
