// Makes the demo's machine voices from en.json, cs.json and ru.json: one G.711
// mu-law file at 8 kHz per person, as long as the whole talk, so that the two
// voices stay together when both loop; one file per prompt. Needs espeak-ng,
// flite, festival with festvox-ru, and sox. Run: node cmd/sufler/demo/voices/speak.mjs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const here = import.meta.dirname
const work = mkdtempSync(join(tmpdir(), 'speak-'))
const wav = join(work, 'a.wav')
const raw = join(work, 'a.raw')
const RATE = 8000
const MU_SILENCE = 0xff
const LOUDNESS = -20 // dBFS RMS while speaking

const espeak = (voice, pitch) => (text) => execFileSync('espeak-ng', ['-v', voice, '-p', String(pitch), '-s', '150', '-w', wav, text])
const flite = (voice) => (text) => execFileSync('flite', ['-voice', voice, '-t', text, '-o', wav])
const festival = (voice) => (text) => execFileSync('text2wave', ['-eval', `(voice_${voice})`, '-o', wav], { input: text })

const voices = {
  en: { client: flite('rms'), agent: flite('slt'), prompter: flite('awb') },
  cs: { client: espeak('cs+m3', 40), agent: espeak('cs+f2', 60), prompter: espeak('cs+m7', 30) },
  ru: { client: festival('msu_ru_nsh_clunits'), agent: espeak('ru+f2', 60), prompter: espeak('ru+m7', 30) },
}

// say returns the text spoken, as mu-law bytes without silence around it.
function say(voice, text) {
  voice(text)
  const trim = ['silence', '1', '0.02', '0.5%', 'reverse', 'silence', '1', '0.02', '0.5%', 'reverse']
  const bands = ['vol', '0.5', 'highpass', '200', 'lowpass', '3500']
  execFileSync('sox', [wav, '-r', String(RATE), '-c', '1', '-b', '16', '-e', 'signed', raw, 'rate', ...bands, ...trim, 'gain', '-n', '-3'])
  const rms = Number(/RMS lev dB\s+(-?[\d.]+)/.exec(stats())[1])
  return execFileSync('sox', ['-t', 'raw', '-r', String(RATE), '-c', '1', '-b', '16', '-e', 'signed', raw, '-t', 'raw', '-e', 'mu-law', '-b', '8', '-', 'gain', '-l', String(LOUDNESS - rms)])
}

// sox prints its figures to standard error.
function stats() {
  return execFileSync('sh', ['-c', `sox -t raw -r ${RATE} -c 1 -b 16 -e signed ${raw} -n stats 2>&1`]).toString()
}

const silence = (ms) => Buffer.alloc(Math.round((ms * RATE) / 1000), MU_SILENCE)

for (const [language, people] of Object.entries(voices)) {
  const script = JSON.parse(readFileSync(join(here, `${language}.json`), 'utf8'))
  const tracks = { client: [silence(500)], agent: [silence(500)] }
  for (const line of script.lines) {
    const spoken = say(people[line.who], line.text)
    const pause = silence(line.after_ms ?? 450)
    for (const who of Object.keys(tracks)) {
      tracks[who].push(who === line.who ? spoken : Buffer.alloc(spoken.length, MU_SILENCE), pause)
    }
  }
  for (const [who, parts] of Object.entries(tracks)) {
    const whole = Buffer.concat(parts)
    // Whole frames of 20 ms, so that a loop keeps its place.
    const frames = Math.ceil(whole.length / 160) * 160
    writeFileSync(join(here, `${language}-${who}.ul`), Buffer.concat([whole, Buffer.alloc(frames - whole.length, MU_SILENCE)]))
  }
  script.prompts.forEach((text, i) => {
    const spoken = say(people.prompter, text)
    writeFileSync(join(here, `${language}-prompt-${i + 1}.ul`), Buffer.concat([spoken, silence(20 - ((spoken.length / 8) % 20))]))
  })
}
rmSync(work, { recursive: true })
