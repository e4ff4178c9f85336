/** Jest reporter: names the groups of tests that were skipped, and so what this machine lacks, above the summary. */
export default class ReportSkips {
  #skipped = new Set();

  onTestResult(_test, { testResults }) {
    for (const { status, ancestorTitles, title } of testResults)
      if (status === 'pending')
        this.#skipped.add(ancestorTitles.find((name) => name.startsWith('SKIPPED')) ?? title);
  }

  onRunComplete() {
    for (const name of this.#skipped) process.stderr.write(`${name}\n`);
  }
}
