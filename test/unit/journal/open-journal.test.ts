import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '../../../src/journal/open-journal.ts'
import { JournalError, type OutcomeRecord } from '../../../src/journal/record.ts'

function outcome(writeId: string): OutcomeRecord {
  const time = '2030-01-31T12:00:00.000Z'
  return { kind: 'outcome', writeId, time, requestId: 'r1', outcome: 'succeeded' }
}

async function writeIdsIn(name: string): Promise<string[]> {
  const lines = (await readFile(name, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as OutcomeRecord).writeId)
}

describe('openJournal', () => {
  let folder: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'))
    file = join(folder, 'journal.jsonl')
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('makes a file that only its owner can read, with one JSON object per line', async () => {
    const journal = await openJournal({ file, sync: true })
    await journal.append(outcome('a\nb'))
    await journal.close()
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal(
      await readFile(file, 'utf8'),
      '{"kind":"outcome","writeId":"a\\nb","time":"2030-01-31T12:00:00.000Z","requestId":"r1","outcome":"succeeded"}\n',
    )
  })

  it('keeps what is there', async () => {
    await writeFile(file, `${JSON.stringify(outcome('before'))}\n`)
    const journal = await openJournal({ file, sync: false })
    await journal.append(outcome('after'))
    await journal.close()
    assert.deepEqual(await writeIdsIn(file), ['before', 'after'])
  })

  it('writes records in the order in which they were given', async () => {
    const journal = await openJournal({ file, sync: true })
    const ids = Array.from({ length: 200 }, (_, index) => `w${index}`)
    await Promise.all(ids.map((id) => journal.append(outcome(id))))
    await journal.close()
    assert.deepEqual(await writeIdsIn(file), ids)
  })

  it('lets several writers share a file without mixing their lines', async () => {
    const journals = await Promise.all([1, 2, 3].map(() => openJournal({ file, sync: false })))
    const long = 'x'.repeat(100_000)
    const ids = journals.map((_, writer) => [1, 2, 3].map((n) => `${writer}${n}${long}`))
    await Promise.all(
      journals.flatMap((journal, writer) =>
        (ids[writer] ?? []).map((id) => journal.append(outcome(id))),
      ),
    )
    await Promise.all(journals.map((journal) => journal.close()))
    assert.deepEqual((await writeIdsIn(file)).sort(), ids.flat().sort())
  })

  it('begins a new file when the file was moved away', async () => {
    const journal = await openJournal({ file, sync: false })
    await journal.append(outcome('a'))
    await rename(file, `${file}.1`)
    await journal.append(outcome('b'))
    await rm(file)
    await journal.append(outcome('c'))
    await journal.close()
    assert.deepEqual(await writeIdsIn(`${file}.1`), ['a'])
    assert.deepEqual(await writeIdsIn(file), ['c'])
  })

  it('goes on at the start when the file was emptied in its place', async () => {
    const journal = await openJournal({ file, sync: false })
    await journal.append(outcome('a'))
    await writeFile(file, '')
    await journal.append(outcome('b'))
    await journal.close()
    assert.deepEqual(await writeIdsIn(file), ['b'])
  })

  it('begins a new line behind a record that was cut off', async () => {
    await writeFile(file, '{"kind":"intent","wri')
    const journal = await openJournal({ file, sync: false })
    await journal.append(outcome('a'))
    await journal.close()
    const [torn, whole] = (await readFile(file, 'utf8')).split('\n')
    assert.equal(torn, '{"kind":"intent","wri')
    assert.deepEqual(JSON.parse(whole ?? ''), outcome('a'))
  })

  it('fails when the file cannot be opened, so that a start with a wrong path ends at once', async () => {
    await assert.rejects(
      openJournal({ file: join(folder, 'absent', 'j'), sync: true }),
      JournalError,
    )
    await assert.rejects(openJournal({ file: folder, sync: true }), JournalError)
  })

  it('fails a record that cannot be kept, and keeps the next one that can', async () => {
    const inner = join(folder, 'inner')
    const moved = join(folder, 'moved')
    await mkdir(inner)
    const journal = await openJournal({ file: join(inner, 'j'), sync: true })
    await journal.append(outcome('a'))
    await rename(inner, moved)
    await assert.rejects(journal.append(outcome('b')), JournalError)
    await mkdir(inner)
    await journal.append(outcome('c'))
    await journal.close()
    assert.deepEqual(await writeIdsIn(join(inner, 'j')), ['c'])
  })

  it('fails when the disk is full', async () => {
    const journal = await openJournal({ file: '/dev/full', sync: false })
    await assert.rejects(journal.append(outcome('a')), (error) => {
      assert.ok(error instanceof JournalError)
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOSPC')
      return true
    })
    await journal.close()
  })

  it('waits for what was given when it is closed, and takes nothing more', async () => {
    const journal = await openJournal({ file, sync: true })
    const given = journal.append(outcome('a'))
    await journal.close()
    await given
    assert.deepEqual(await writeIdsIn(file), ['a'])
    await assert.rejects(journal.append(outcome('b')), JournalError)
  })
})
