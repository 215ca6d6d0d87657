/** One question over HTTP to a server of a test. Not by `fetch`: that goes by the proxy of the environment. */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/** Asks 127.0.0.1 on a connection of its own. */
export async function askHttp(
  port: number,
  path: string,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const answer = Promise.withResolvers<{ readonly status: number | undefined; readonly body: string }>()
  get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    answer.resolve(text(response).then((body) => ({ status: response.statusCode, body })))
  }).on('error', answer.reject)
  return answer.promise
}
