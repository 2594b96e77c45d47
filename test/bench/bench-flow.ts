/** A flow whose steps each post the whole lead to one destination. */
export function benchFlow(url: string, steps: number): string {
  const step = (index: number): string => `
  - name: deliver_${index}
    uses: http
    with:
      method: POST
      url: ${url}/leads
      body: { json: { id: "{{lead.id}}", first_name: "{{lead.first_name}}", email: "{{lead.email}}", comment: "{{lead.comment}}" } }
`
  return `
flow: bench
title: Benchmark
sources: { web: { auth: none } }
steps:${Array.from({ length: steps }, (_, index) => step(index)).join('')}`
}
