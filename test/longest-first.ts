import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The soaks, which take minutes where other files take seconds. */
const isLong = ({ moduleId }: TestSpecification) => /\/soak[^/]*\.test\.ts$/.test(moduleId);

/** Begins with the files that take longest, so that none of them is what is left at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
