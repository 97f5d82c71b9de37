import { resolve } from 'node:path'
import { serverBinary, type ServerBinary } from '#src/db/server-binary.ts'
import { mysql9Binary } from './mysql9.ts'

/** The server that the tests start: MySQL 9 with TEST_DATABASE=mysql9, else MYSQLD or the machine's. */
export async function databaseBinary(): Promise<ServerBinary> {
  return process.env['TEST_DATABASE'] === 'mysql9'
    ? mysql9Binary(resolve(import.meta.dirname, '../../.slipway'))
    : serverBinary(process.env['MYSQLD'])
}
