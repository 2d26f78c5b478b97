// Hive Gateway for the tests: no polling, no reports, no pages.
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  pollingInterval: 0,
  fork: 1,
  graphiql: false,
  landingPage: false,
  openTelemetry: false,
  logging: 'info',
});
