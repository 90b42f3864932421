import { writeSandboxProvince } from '../../adapters/sandbox/province.ts';

// The list of the benchmark, made in a process of its own.

const [, , home = '', listPath = '', seed = '', recipients = '', period = ''] = process.argv;
await writeSandboxProvince({
  home,
  listPath,
  seed: Number(seed),
  recipients: Number(recipients),
  period,
});
