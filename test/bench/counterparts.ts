import { join } from 'node:path';
import { takeWaitingPayments } from '../../adapters/sandbox/bank.ts';
import { takeWaitingLists } from '../../adapters/sandbox/post-office.ts';

// The bank and the post office of the benchmark, in a process of their own: their memory and their
// time are not the engine's.

const [, , folder = '', seed = ''] = process.argv;
await takeWaitingPayments({ folder: join(folder, 'bank'), seed: Number(seed) });
await takeWaitingLists({ folder: join(folder, 'post'), seed: Number(seed) });
