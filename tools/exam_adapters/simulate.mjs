// Asks @cloud-copilot/iam-simulate the requests of standard input: {folder, cases: [{name, policy, owner, requests}]}.
// It is a developer's tool under the AGPL: installed elsewhere, never shipped and never copied.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

let text = ''
for await (const part of process.stdin) text += part
const { folder, cases } = JSON.parse(text)
const found = createRequire(`${folder}/`).resolve('@cloud-copilot/iam-simulate')
const { anonymousPrincipal, runSimulation } = await import(pathToFileURL(found).href)

const everything = {
  name: 'everything',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
}

async function allowed(one, owner, policy) {
  const ofAnAccount = one.principal.startsWith('arn:')
  const answer = await runSimulation(
    {
      request: {
        principal: one.principal === 'anonymous' ? anonymousPrincipal : one.principal,
        action: one.action,
        resource: { resource: one.resource, accountId: owner },
        contextVariables: one.context
      },
      identityPolicies: ofAnAccount ? [everything] : [],
      serviceControlPolicies: ofAnAccount ? [{ orgIdentifier: 'root', policies: [everything] }] : [],
      resourceControlPolicies: [],
      resourcePolicy: policy
    },
    {}
  )
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors).slice(0, 200))
  return answer.overallResult === 'Allowed'
}

const said = {}
for (const { name, policy, owner, requests } of cases) {
  try {
    said[name] = []
    for (const one of requests) said[name].push(await allowed(one, owner, policy))
  } catch (error) {
    said[name] = String(error.message)
  }
}
console.log(JSON.stringify(said))
