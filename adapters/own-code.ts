import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

// How another process or thread of ours is begun: from the source with the loader of TypeScript where this
// one runs from the source, and compiled where this one is compiled. Neither finds the way by itself.

const HERE = import.meta.url;
const IS_COMPILED = HERE.endsWith('.js');
const LOADER = pathToFileURL(createRequire(HERE).resolve('tsx')).href;
const LOADER_OF_THREADS = import.meta.resolve('tsx/esm/api');

/** The arguments with which Node runs a file of ours, given by its name in the source. */
export function nodeArguments(file: URL): string[] {
  const path = fileURLToPath(runnable(file));
  return IS_COMPILED ? [path] : ['--import', LOADER, path];
}

/** A thread of a file of ours, given by its name in the source. It has no loader until it asks for one. */
export function ownThread(file: URL, options: WorkerOptions): Worker {
  if (IS_COMPILED) return new Worker(runnable(file), options);
  const begin = `import(${JSON.stringify(LOADER_OF_THREADS)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(file.href)});
  });`;
  return new Worker(begin, { ...options, eval: true });
}

function runnable(file: URL): URL {
  return IS_COMPILED ? new URL(file.href.replace(/\.ts$/, '.js')) : file;
}
