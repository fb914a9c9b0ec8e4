// CPU profile of the worker while draining
import { startWorker, startBareEnqueuer, OPERATOR_TOKEN } from './bench/runtime.ts';
