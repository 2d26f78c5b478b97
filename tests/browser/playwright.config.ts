// Two demonstrations for all tests, started here, one of which people log in at, and how a browser comes to them: `./test` looks at everything once, `./test --all` in every
// width, scheme and language, with script and without.

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
/** What the language does not change: once in each width and scheme. */
const KEYBOARD = '@keyboard';
/** What is seen by others than who chooses nothing. */
const ROLE = '@role';
const HEIGHT = 800;
const ALL = Boolean(process.env.PROGRAMGRANT_BROWSER_ALL);

function project({ width, scheme, language, script }: Visitor): Project {
  const leftOut = [
    ...(script ? [] : [NEEDS_SCRIPT]),
    ...(script && language === 'nb' ? [] : [KEYBOARD]),
    // A page has no script: without it, a role's page is the same.
    ...(ALL && script ? [] : [ROLE]),
  ];
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

function everyVisitor(): Visitor[] {
  const widths = [360, 1280] as const;
  const schemes = ['light', 'dark'] as const;
  const languages = ['nb', 'nn'] as const;
  return widths.flatMap((width) =>
    schemes.flatMap((scheme) =>
      languages.flatMap((language) => [true, false].map((script) => ({ width, scheme, language, script }))),
    ),
  );
}

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

const once: Visitor[] = [{ width: 1280, scheme: 'light', language: 'nb', script: true }];
const visitors = ALL ? everyVisitor() : once;

export default defineConfig({
  // The pictures of docs/screenshots are taken where somebody wants new ones.
  testMatch: process.env.PROGRAMGRANT_PICTURES ? 'screenshots.ts' : '*.spec.ts',
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
    // Of a thousand pages, tracing takes more than looking.
    trace: ALL ? 'off' : 'retain-on-failure',
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
