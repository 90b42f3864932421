import Mocha from 'mocha';

/**
 * The spec reporter, ended by one line that a machine can count: `N passed, N failed`, and
 * `, N skipped` behind it when a test was. It is the last line of the run.
 *
 * Mocha hands a reporter over by require(), which gives no default export of a module, so the file
 * is named under "require" and enters itself into mocha's own table of reporters.
 */
class Reporter extends Mocha.reporters.Spec {
  /** Mocha calls this once all tests have ended, with the epilogue printed. */
  override done(failures: number, exit?: (failures: number) => void): void {
    const { passes, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    process.stdout.write(`${passes} passed, ${failures} failed${skipped}\n`);
    exit?.(failures);
  }
}

Object.assign(Mocha.reporters, { 'an-sinh': Reporter });
