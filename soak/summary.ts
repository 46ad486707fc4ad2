import type { Table } from '../bench/table.ts';
import { CALL_FAULTS, type FaultKind, INVOCATION_FAULTS, MESSAGE_FAULTS } from '../local/faults/plan.ts';
import type { SoakReport } from './report.ts';

type Figure = Exclude<keyof SoakReport, 'injected' | 'faults'>;

const sumOf = (reports: readonly SoakReport[], figure: Figure) =>
  reports.reduce((sum, report) => sum + report[figure], 0);

const countOf = ({ injected }: SoakReport, kinds: readonly FaultKind[]) =>
  kinds.reduce((sum, kind) => sum + (injected[kind] ?? 0), 0);

/** A run in a row; `reports` are one run's, or all of them for the last row. */
const rowOf = (seed: string, reports: readonly SoakReport[]) => ({
  seed,
  events: sumOf(reports, 'events'),
  deliveries: sumOf(reports, 'deliveries'),
  requests: sumOf(reports, 'requests'),
  'calls gone wrong': reports.reduce((sum, report) => sum + countOf(report, CALL_FAULTS), 0),
  'messages gone wrong': reports.reduce((sum, report) => sum + countOf(report, MESSAGE_FAULTS), 0),
  'invocations ended': reports.reduce((sum, report) => sum + countOf(report, INVOCATION_FAULTS), 0),
  kills: sumOf(reports, 'kills'),
  'duplicates sent': sumOf(reports, 'repeats'),
  'statistics off by': sumOf(reports, 'statisticsOff'),
  'dead letters put back': sumOf(reports, 'putBack'),
  lost: sumOf(reports, 'lost'),
  wrong: reports.reduce((sum, { faults }) => sum + faults.length, 0),
  minutes: Math.round(sumOf(reports, 'seconds') / 60),
});

/** What was injected over all runs, by kind. */
const injectedOf = (reports: readonly SoakReport[]) =>
  [...CALL_FAULTS, ...INVOCATION_FAULTS, ...MESSAGE_FAULTS].map((fault) => ({
    fault,
    times: reports.reduce((sum, report) => sum + countOf(report, [fault]), 0),
  }));

/** The figures of some runs, as they stand in the documents. */
export function summarize(reports: readonly SoakReport[]): Table[] {
  const rows = reports.map((report) => rowOf(String(report.seed), [report]));
  return [
    { title: 'Runs', rows: reports.length > 1 ? [...rows, rowOf('all', reports)] : rows },
    { title: 'Injected', rows: injectedOf(reports) },
  ];
}
