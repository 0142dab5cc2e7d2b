// Plays what the page holds: lists of shapes and texts, and the moments at which they change. It
// knows nothing of what they mean.
(async () => {
  'use strict';
  const el = (id) => document.getElementById(id);
  const fail = (text) => {
    el('message').textContent = text;
    el('message').hidden = false;
  };

  async function read() {
    const packed = atob(el('data').textContent.trim());
    // A plain loop: Uint8Array.from asks an iterator for each of a million characters.
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return JSON.parse(await new Response(stream).text());
  }

  if (typeof DecompressionStream === 'undefined') {
    fail('This browser is too old to play the page: it needs DecompressionStream (2023 or later).');
    return;
  }
  let data;
  try {
    data = await read();
  } catch (error) {
    fail('The page is damaged: its data cannot be read (' + error + ').');
    return;
  }
  const strings = data.strings;

  // ---------------------------------------------------------------- time

  // The instant of each moment, in thousandths of a tick.
  const times = new Float64Array(data.times.length);
  data.times.reduce((at, by, i) => (times[i] = at + by), data.from);
  const lastMoment = times.length - 1;
  const now = { moment: 0, at: data.from };

  // The number of entries of the ascending list that `before` holds for.
  function count(length, before) {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  // Everything before `at` has happened, nothing at it.
  const momentBefore = (at) => Math.max(0, count(times.length, (i) => times[i] < at) - 1);
  const ticks = (millis) => (millis / 1000).toFixed(3);
  const shortTicks = (millis) => String(Math.round(millis) / 1000);
  const event = (moment) => data.events + moment;
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');

  // ---------------------------------------------------------------- what changes

  // A list that changes: [moment, …what to do]. Goes to any moment, quickly to the next.
  class Changing {
    constructor(changes, apply) {
      this.changes = changes;
      this.apply = apply;
      this.done = 0;
      this.value = [];
      this.kept = [];
    }
    at(moment) {
      const wanted = count(this.changes.length, (i) => this.changes[i][0] <= moment);
      if (wanted < this.done) {
        this.done = (wanted >> 6) << 6;
        this.value = this.kept[this.done >> 6].slice();
      }
      while (this.done < wanted) {
        if ((this.done & 63) === 0 && this.kept.length === this.done >> 6) this.kept.push(this.value.slice());
        this.value = this.apply(this.value, this.changes[this.done++]);
      }
      return this.value;
    }
  }
  const applyShapes = (ids, change) => {
    if (change[1] === 0) {
      for (let i = 2; i < change.length; i += 2) ids[change[i]] = change[i + 1];
      return ids;
    }
    const tail = change[3] === 0 ? [] : ids.slice(-change[3]);
    return ids.slice(0, change[2]).concat(change.slice(4), tail);
  };
  const applyCells = (cells, change) => {
    for (let i = 1; i < change.length; i += 2) cells[change[i]] = change[i + 1];
    return cells;
  };

  // Entries of `size` numbers, the first a moment: the last one at a moment, or null.
  const latest = (flat, size, moment) => {
    const n = count(flat.length / size, (i) => flat[i * size] <= moment);
    return n === 0 ? null : flat.slice((n - 1) * size, n * size);
  };

  // ---------------------------------------------------------------- drawing

  const KIND = { rect: 0, circle: 1, path: 2, text: 3, clip: 4, unclip: 5 };
  const SANS = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
  const MONO = '"JetBrains Mono", ui-monospace, "DejaVu Sans Mono", Consolas, monospace';
  const widths = new Map();
  let variant = 0;

  // From where on the numbers of a form are places.
  const places = (form) => (form[0] === KIND.path ? 2 : form[0] === KIND.text ? 4 : 1);

  function fit(context, font, text) {
    const key = font + '\n' + text;
    let width = widths.get(key);
    if (width === undefined) {
      context.font = font;
      width = context.measureText(text).width;
      if (widths.size > 20000) widths.clear();
      widths.set(key, width);
    }
    return width;
  }

  function drawShape(c, form, paint) {
    const look = paint < 0 ? null : data.paints[paint][Math.min(variant, data.paints[paint].length - 1)];
    if (form[0] === KIND.text) {
      const text = data.texts[form[1]];
      const mono = form[3] % 10 === 1;
      const font = form[3] - (mono ? 1 : 0) + ' ' + form[2] / 10 + 'px ' + (mono ? MONO : SANS);
      const wide = fit(c, font, text);
      c.font = font;
      c.fillStyle = data.colors[look[0]];
      c.save();
      c.translate(form[4] / 10, form[5] / 10);
      // Whatever font there is: as wide as the picture has room for.
      if (wide > 0) c.scale(form[6] / 10 / wide, 1);
      c.fillText(text, 0, 0);
      c.restore();
      return;
    }
    c.beginPath();
    switch (form[0]) {
      case KIND.rect: {
        const radius = Math.min(form[5], form[3] / 2, form[4] / 2) / 10;
        if (radius > 0.05) c.roundRect(form[1] / 10, form[2] / 10, form[3] / 10, form[4] / 10, radius);
        else c.rect(form[1] / 10, form[2] / 10, form[3] / 10, form[4] / 10);
        break;
      }
      case KIND.circle:
        c.arc(form[1] / 10, form[2] / 10, Math.max(0, form[3] / 10), -Math.PI / 2, 1.5 * Math.PI);
        c.closePath();
        break;
      case KIND.path: {
        let x = 0;
        let y = 0;
        for (let i = 2; i < form.length; i += 2) {
          x += form[i];
          y += form[i + 1];
          if (i === 2) c.moveTo(x / 10, y / 10);
          else c.lineTo(x / 10, y / 10);
        }
        if (form[1] === 1) c.closePath();
        break;
      }
      case KIND.clip:
        c.save();
        c.rect(form[1] / 10, form[2] / 10, form[3] / 10, form[4] / 10);
        c.clip();
        return;
      default:
        c.restore();
        return;
    }
    if (look[0] >= 0) {
      c.fillStyle = data.colors[look[0]];
      c.fill();
    }
    if (look.length > 1) {
      c.strokeStyle = data.colors[look[1]];
      c.lineWidth = Math.max(look[2] / 10, 0.8);
      c.lineCap = look[5] === 1 ? 'round' : 'butt';
      c.lineJoin = 'round';
      c.setLineDash(look[3] > 0 ? [look[3] / 10, Math.max(0.5, look[4] / 10)] : []);
      c.stroke();
    }
  }
  // Where differences are kept each is what it adds to the one before.
  const summed = (steps) => {
    let sum = 0;
    return steps.map((step) => (sum += step));
  };
  const forms = summed(data.forms);
  const drawId = (c, id) => drawShape(c, data.geoms[forms[id]], data.looks[id]);

  function between(a, b, share) {
    if (a === b || share <= 0) return a;
    const out = a.slice();
    for (let i = places(a); i < a.length; i++) out[i] = a[i] + (b[i] - a[i]) * share;
    return out;
  }

  function drawSprite(c, sprite, share) {
    let from = 0;
    for (const [until, first, last] of data.sprites[sprite]) {
      if (share * 1000 <= until || until === 1000) {
        const part = until > from ? (share * 1000 - from) / (until - from) : 1;
        first.forEach((id, i) => {
          const a = data.geoms[forms[id]];
          const b = data.geoms[forms[last[i]]];
          drawShape(c, between(a, b, Math.min(1, Math.max(0, part))), data.looks[id]);
        });
        return;
      }
      from = until;
    }
  }

  // Objects by when they begin; of each stretch of moments, those that began before and still fly.
  const objects = summed(data.objects.firsts).map((first, i) => {
    const length = data.objects.lengths[i];
    const lasts = data.objects.lasts[i];
    const from = times[first] - data.objects.ages[i];
    return {
      sprite: data.objects.sprites[i],
      first,
      end: length < 0 ? Infinity : first + length,
      from,
      to: from + lasts,
      fades: lasts === 0,
    };
  });
  const STRETCH = 256;
  const carried = [];
  {
    let alive = [];
    let next = 0;
    for (let moment = 0; moment <= lastMoment + STRETCH; moment += STRETCH) {
      while (next < objects.length && objects[next].first < moment) alive.push(next++);
      const at = times[Math.min(moment, lastMoment)];
      alive = alive.filter((i) => objects[i].end > moment && !(objects[i].fades && objects[i].to < at));
      carried.push({ alive: alive.slice(), next });
    }
  }
  function flying() {
    const start = carried[Math.floor(now.moment / STRETCH)];
    const out = start.alive.slice();
    for (let i = start.next; i < objects.length && objects[i].first <= now.moment; i++) out.push(i);
    return out
      .map((i) => objects[i])
      .filter((o) => o.end > now.moment && !(o.fades && now.at > o.to));
  }

  const layers = data.layers.map((layer) => {
    const moments = summed(layer.changes.map((change) => change[0]));
    layer.changes.forEach((change, i) => (change[0] = moments[i]));
    return {
      canvas: el(layer.name),
      w: layer.w / 10,
      h: layer.h / 10,
      shapes: new Changing(layer.changes, applyShapes),
    };
  });
  let sharpness = 1;
  function prepare(canvas, w, h) {
    const wide = canvas.clientWidth || w;
    const ratio = (window.devicePixelRatio || 1) * sharpness;
    const pixels = Math.max(1, Math.round(wide * ratio));
    const high = Math.max(1, Math.round((pixels * h) / w));
    if (canvas.width !== pixels || canvas.height !== high) {
      canvas.width = pixels;
      canvas.height = high;
    }
    const c = canvas.getContext('2d');
    c.setTransform(pixels / w, 0, 0, pixels / w, 0, 0);
    c.clearRect(0, 0, w, h);
    return c;
  }
  function drawLayers() {
    layers.forEach((layer, i) => {
      if (layer.canvas.parentElement.hidden) return;
      const c = prepare(layer.canvas, layer.w, layer.h);
      for (const id of layer.shapes.at(now.moment)) drawId(c, id);
      if (i > 0) return;
      for (const object of flying()) {
        const way = object.to - object.from;
        drawSprite(c, object.sprite, way > 0 ? Math.min(1, Math.max(0, (now.at - object.from) / way)) : 1);
      }
    });
  }
  const tape = data.tape;
  const tapeX = (at) => tape.x0 / 10 + (at / tape.span) * ((tape.x1 - tape.x0) / 10);
  function drawTape() {
    const w = tape.w / 10;
    const c = prepare(el('tape'), w, tape.h / 10);
    for (const id of tape.shapes) drawId(c, id);
    const theme = data.themes[variant];
    const x = tapeX(now.at);
    c.fillStyle = theme.accent;
    c.fillRect(x - 1, 2, 2, tape.h / 10 - 22);
    c.beginPath();
    c.moveTo(x - 6, 0);
    c.lineTo(x + 6, 0);
    c.lineTo(x, 8);
    c.fill();
  }

  // ---------------------------------------------------------------- texts

  const put = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };
  const make = (name, text, kind) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  const title = data.title || 'A run of Raftarium';
  put(el('title'), title);
  document.title = title;
  put(el('about'), (data.author ? data.author + ' · ' : '') + data.about);

  const cells = new Changing(data.table, applyCells);
  const columns = data.columns.length;
  const LONG = new Set(['Log', 'Store']);
  {
    const row = make('tr');
    for (const name of data.columns) {
      const head = make('th', name);
      head.scope = 'col';
      row.append(head);
    }
    el('state').tHead.append(row);
  }
  let shownCells = [];
  function drawTable() {
    const value = cells.at(now.moment);
    const body = el('state').tBodies[0];
    const rows = value.length / columns;
    while (body.rows.length > rows) body.deleteRow(-1);
    while (body.rows.length < rows) {
      const row = body.insertRow();
      for (let i = 0; i < columns; i++) {
        const cell = make(i === 0 ? 'th' : 'td', '', LONG.has(data.columns[i]) ? 'long' : '');
        if (i === 0) cell.scope = 'row';
        cell.dataset.column = data.columns[i];
        row.append(cell);
      }
    }
    value.forEach((id, i) => {
      const cell = body.rows[Math.floor(i / columns)].cells[i % columns];
      put(cell, strings[id]);
      // What has just changed.
      cell.classList.toggle('changed', shownCells.length > 0 && shownCells[i] !== id);
    });
    shownCells = value.slice();
  }

  const list = data.list;
  const total = list.moments.length;
  // As many lines at a time as are read; more come when one scrolls to an end.
  const LINES = 120;
  let shownFrom = -1;
  let shownTo = -1;
  let follow = true;
  function line(i) {
    const item = make('li');
    const button = make('button', undefined, list.weight[i] ? 'weighty' : '');
    button.type = 'button';
    const at = make('time', ticks(times[list.moments[i]]));
    button.append(at, make('span', strings[list.what[i]], 'what'));
    const why = strings[list.why[i]];
    if (why) button.append(make('span', why, 'why'));
    button.addEventListener('click', () => {
      pause();
      go(list.moments[i]);
    });
    item.append(button);
    return item;
  }
  function drawEvents() {
    const events = el('events');
    const past = count(total, (i) => list.moments[i] <= now.moment);
    if (follow && (past < shownFrom + 10 || past > shownTo - 10 || shownFrom < 0)) {
      shownFrom = Math.max(0, past - LINES / 2);
      shownTo = Math.min(total, shownFrom + LINES);
      events.replaceChildren();
      for (let i = shownFrom; i < shownTo; i++) events.append(line(i));
    }
    let current = null;
    for (let i = 0; i < events.children.length; i++) {
      const button = events.children[i].firstChild;
      const number = shownFrom + i;
      button.classList.toggle('later', number >= past);
      const is = number === past - 1;
      if (is) {
        button.setAttribute('aria-current', 'true');
        current = events.children[i];
      } else {
        button.removeAttribute('aria-current');
      }
    }
    if (current && follow) events.scrollTop = current.offsetTop - events.clientHeight * 0.6;
  }

  function drawTexts() {
    const told = latest(data.told, 3, now.moment);
    const place = el('told');
    const what = told ? strings[told[1]] : '';
    const why = told && strings[told[2]] ? '; ' + strings[told[2]] : '';
    if (place.textContent !== what + why) place.replaceChildren(make('b', what), make('span', why));
    const summary = latest(data.summaries, 2, now.moment);
    put(el('summary'), summary ? strings[summary[1]] : '');
    const clock = 'tick ' + ticks(now.at) + ' · event ' + grouped(event(now.moment));
    put(el('clock'), clock);
    document.querySelector('.time').dataset.clock = clock;
    let said = '';
    for (const [moment, at, kind, text] of data.marks) {
      if (moment > now.moment || at > now.at) break;
      if (kind === 0) said = strings[text];
    }
    put(el('note'), said);
    el('note').hidden = !said;
    const scrub = el('scrub');
    scrub.value = String(Math.round(now.at));
    scrub.setAttribute('aria-valuetext', clock);
    el('link').href = '#t=' + shortTicks(now.at);
    layers[0].canvas.setAttribute('aria-label', 'Ring of nodes: ' + el('summary').textContent + ', ' + clock);
  }

  // ---------------------------------------------------------------- going through time

  let playing = false;
  let before = 0;
  let speed = data.speed / 1000;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)');

  let drawn = -1;
  function draw() {
    drawLayers();
    drawTape();
    drawTexts();
    // What has changed is marked until something else does.
    if (drawn !== now.moment) {
      drawn = now.moment;
      drawTable();
      drawEvents();
    }
    el('back').disabled = el('first').disabled = now.moment === 0 && now.at <= data.from;
    el('step').disabled = el('last').disabled = now.moment >= lastMoment && now.at >= data.to;
  }
  function remember() {
    try {
      history.replaceState(null, '', '#t=' + shortTicks(now.at));
    } catch (error) {
      // A frame without an address of its own has nothing to remember.
    }
  }
  function go(moment) {
    now.moment = Math.min(Math.max(0, moment), lastMoment);
    now.at = times[now.moment];
    draw();
  }
  function goTo(at) {
    now.at = Math.min(Math.max(data.from, at), data.to);
    now.moment = momentBefore(now.at);
    draw();
  }
  function pause() {
    if (!playing) return;
    playing = false;
    showPlaying();
    draw();
    remember();
  }
  function play() {
    if (playing) return;
    if (now.at >= data.to) goTo(data.from);
    playing = true;
    before = performance.now();
    showPlaying();
    requestAnimationFrame(frame);
  }
  const toggle = () => (playing ? pause() : play());
  function showPlaying() {
    el('play').setAttribute('aria-label', playing ? 'Pause' : 'Play');
    put(el('play-word'), playing ? 'Pause' : 'Play');
    el('play-shape').setAttribute('d', playing ? 'M4 2h3v12H4zM10 2h3v12h-3z' : 'M4 2v12l10-6z');
    // While time runs a voice could not keep up.
    el('told').setAttribute('aria-live', playing ? 'off' : 'polite');
    document.body.dataset.playing = String(playing);
  }
  function frame(time) {
    if (!playing) return;
    const passed = Math.max(0, time - before) * speed;
    // Without motion time goes by whole ticks.
    if (still.matches && now.at + passed < data.to && Math.floor((now.at + passed) / 1000) <= Math.floor(now.at / 1000)) {
      requestAnimationFrame(frame);
      return;
    }
    before = Math.max(before, time);
    const at = now.at + passed;
    goTo(still.matches ? Math.floor(at / 1000) * 1000 : at);
    if (at >= data.to) {
      ends(data.to);
      return;
    }
    requestAnimationFrame(frame);
  }
  function step(by) {
    pause();
    if (by > 0 && now.moment >= lastMoment) goTo(data.to);
    else if (by < 0 && now.at > times[now.moment]) go(now.moment);
    else go(now.moment + by);
    remember();
  }
  function tick(by) {
    pause();
    const whole = now.at / 1000;
    goTo((by > 0 ? Math.floor(whole) + 1 : Math.ceil(whole) - 1) * 1000);
    remember();
  }
  function mark(by) {
    pause();
    const is = (m) => m[0] > now.moment || (m[0] === now.moment && m[1] > now.at);
    const was = (m) => m[0] < now.moment || (m[0] === now.moment && m[1] < now.at);
    const found = by > 0 ? data.marks.find(is) : data.marks.filter(was).pop();
    if (found) {
      now.moment = Math.min(found[0], lastMoment);
      now.at = found[1];
      draw();
    }
    remember();
  }
  function ends(at) {
    pause();
    goTo(at);
    if (at === data.to) {
      now.moment = lastMoment;
      draw();
    }
    remember();
  }
  const changeSpeed = (by) => {
    const select = el('speed');
    const i = Math.min(Math.max(0, select.selectedIndex + by), select.options.length - 1);
    select.selectedIndex = i;
    speed = Number(select.value);
  };

  // The address: #t=12.5 a tick, #e=311 right behind an event.
  function follow_address() {
    const found = /^#(t|e)=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (!found) return false;
    pause();
    if (found[1] === 't') goTo(Math.round(Number(found[2]) * 1000));
    else go(Math.round(Number(found[2])) - data.events);
    return true;
  }

  // ---------------------------------------------------------------- what the reader does

  for (const [id, act] of [
    ['play', toggle],
    ['first', () => ends(data.from)],
    ['last', () => ends(data.to)],
    ['back', () => step(-1)],
    ['step', () => step(1)],
    ['previous', () => mark(-1)],
    ['next', () => mark(1)],
    ['ring', toggle],
    ['theme', () => show((variant + 1) % data.themes.length)],
  ]) {
    el(id).addEventListener('click', act);
  }
  const KEYS = {
    ' ': toggle,
    ArrowLeft: (e) => (e.shiftKey ? tick(-1) : step(-1)),
    ArrowRight: (e) => (e.shiftKey ? tick(1) : step(1)),
    Home: () => ends(data.from),
    End: () => ends(data.to),
    PageUp: () => mark(-1),
    PageDown: () => mark(1),
    '+': () => changeSpeed(1),
    '-': () => changeSpeed(-1),
  };
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const on = e.target.tagName;
    // Buttons and lists have their own use for some keys.
    if (on === 'SELECT' || (on === 'BUTTON' && e.key === ' ') || (on === 'A' && e.key === ' ')) return;
    const act = KEYS[e.key];
    if (!act) return;
    e.preventDefault();
    act(e);
  });
  const scrub = el('scrub');
  scrub.min = String(data.from);
  scrub.max = String(data.to);
  scrub.addEventListener('input', () => {
    if (Number(scrub.value) >= data.to) return ends(data.to);
    pause();
    goTo(Number(scrub.value));
  });
  scrub.addEventListener('change', remember);
  {
    const canvas = el('tape');
    const place = (e) => {
      const box = canvas.getBoundingClientRect();
      const x = ((e.clientX - box.left) / box.width) * (tape.w / 10);
      goTo(Math.round(((x - tape.x0 / 10) / ((tape.x1 - tape.x0) / 10)) * tape.span));
    };
    let dragged = false;
    canvas.addEventListener('pointerdown', (e) => {
      pause();
      dragged = true;
      canvas.setPointerCapture(e.pointerId);
      place(e);
    });
    canvas.addEventListener('pointermove', (e) => dragged && place(e));
    canvas.addEventListener('pointerup', () => {
      dragged = false;
      remember();
    });
    canvas.addEventListener('pointercancel', () => (dragged = false));
  }
  {
    const events = el('events');
    // Who scrolls reads; a step, or play, takes the list along again.
    const reads = () => (follow = false);
    events.addEventListener('wheel', reads, { passive: true });
    events.addEventListener('touchmove', reads, { passive: true });
    for (const name of ['pointerdown', 'keydown']) {
      document.addEventListener(name, (e) => {
        if (!events.contains(e.target)) follow = true;
      });
    }
    events.addEventListener('scroll', () => {
      if (follow) return;
      if (events.scrollTop + events.clientHeight > events.scrollHeight - 40 && shownTo < total) {
        const end = Math.min(total, shownTo + LINES);
        for (let i = shownTo; i < end; i++) events.append(line(i));
        shownTo = end;
        drawEvents();
      } else if (events.scrollTop < 40 && shownFrom > 0) {
        const begin = Math.max(0, shownFrom - LINES);
        const high = events.scrollHeight;
        const fresh = [];
        for (let i = begin; i < shownFrom; i++) fresh.push(line(i));
        events.prepend(...fresh);
        shownFrom = begin;
        events.scrollTop += events.scrollHeight - high;
        drawEvents();
      }
    });
  }
  {
    const select = el('speed');
    const values = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 100];
    if (!values.includes(speed)) values.push(speed);
    values.sort((a, b) => a - b);
    for (const value of values) {
      const option = make('option', value + (value === 1 ? ' tick a second' : ' ticks a second'));
      option.value = String(value);
      option.selected = value === speed;
      select.append(option);
    }
    select.addEventListener('change', () => (speed = Number(select.value)));
  }
  window.addEventListener('hashchange', follow_address);
  window.addEventListener('resize', () => draw());

  // ---------------------------------------------------------------- looks

  function dress() {
    const theme = data.themes[variant];
    for (const [name, color] of Object.entries(theme)) {
      if (name !== 'name') document.documentElement.style.setProperty('--' + name, color);
    }
    document.documentElement.style.colorScheme = theme.name === 'light' ? 'light' : 'dark';
    const other = data.themes[(variant + 1) % data.themes.length];
    put(el('theme'), other.name[0].toUpperCase() + other.name.slice(1));
    el('theme').hidden = data.themes.length < 2;
  }
  function show(wanted) {
    variant = wanted;
    dress();
    draw();
  }
  const named = (name) => Math.max(0, data.themes.findIndex((theme) => theme.name === name));
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const wish = () => (data.fixed ? 0 : named(light.matches ? 'light' : 'dark'));
  light.addEventListener('change', () => show(wish()));
  // On paper: ink on white, and finer than on a screen.
  let onScreen = 0;
  window.addEventListener('beforeprint', () => {
    pause();
    onScreen = variant;
    sharpness = 2;
    show(named('light'));
  });
  window.addEventListener('afterprint', () => {
    sharpness = 1;
    show(onScreen);
  });

  variant = wish();
  dress();
  el('ring').parentElement.hidden = data.view === 'logs';
  el('message').hidden = true;
  el('main').hidden = false;
  document.body.dataset.playing = 'false';
  if (!follow_address()) {
    now.moment = Math.min(data.at[0], lastMoment);
    now.at = data.at[1];
    draw();
  }
  document.body.dataset.ready = 'true';
})();
