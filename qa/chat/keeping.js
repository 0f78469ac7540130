// Conversations as this browser keeps them. Tabs share them: each has a key of its own and a name apart, and is
// read, put together with what another tab kept meanwhile and written in one step, when an event of the page
// begins. What each function gives is what the page is told (see `memory.Saved`).
window.sourcier = (() => {
  const CONVERSATION = "sourcier/conversation/";
  const NAME = "sourcier/name/";
  const LANGUAGE = "sourcier/language";
  const MOST = 50; // conversations
  const MOST_DELETED = 500;
  const MOST_NAME = 60;
  const MOST_CHARACTERS = 1_500_000; // a browser keeps some 5 million for one site
  const MOST_WHOLE = 750_000; // … of those that are kept with all that was found
  let failed = false; // to write, in this event
  let current = null; // which of them the page was last told to be open
  let typed = null; // the one for which a reader is writing a name
  document.addEventListener("input", ({ target }) => {
    if (target.closest?.("#kept-name")) {
      typed = current;
    }
  });

  // A browser may refuse all of this.
  const get = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      failed = true;
    }
  };
  const remove = (...keys) => {
    try {
      keys.forEach((key) => localStorage.removeItem(key));
    } catch {
      failed = true;
    }
  };
  const keys = () => {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  };

  // A conversation, or what is left of a deleted one: `gone`, the questions it had. Null: none of this page's.
  const read = (id) => {
    try {
      const { at, exchanges, gone } = JSON.parse(get(CONVERSATION + id));
      const whole = exchanges?.length && exchanges.every((one) => one.id && Array.isArray(one.replaces));
      return whole || Array.isArray(gone) ? { id, at: String(at), exchanges, gone } : null;
    } catch {
      return null;
    }
  };
  // Latest first.
  const all = () => keys()
    .filter((key) => key.startsWith(CONVERSATION))
    .map((key) => read(key.slice(CONVERSATION.length)))
    .filter((one) => one)
    .sort((a, b) => (a.at < b.at ? 1 : -1));

  const known = (exchanges) => exchanges.flatMap((one) => [one.id, ...one.replaces]);
  const judged = (exchanges, first, second) => exchanges.map((one) => {
    const said = (among) => among.find((other) => other.id === one.id)?.feedback;
    return { ...one, feedback: said(first) ?? said(second) ?? null };
  });
  // Where what is open is kept, or would be, and as what. Where another tab went on otherwise, it is kept beside
  // that; what was asked since another tab deleted it is kept alone.
  const place = (conversation) => {
    let ended = conversation.filter((one) => one.answer || one.error);
    let id = conversation.at(-1)?.kept_as;
    while (id && ended.length) {
      const there = read(id);
      if (!there) {
        return { id, exchanges: ended };
      }
      const before = there.gone ?? known(there.exchanges);
      const fresh = ended.filter((one) => !before.includes(one.id));
      if (there.gone) {
        ended = fresh;
      } else if (!fresh.length) {
        return { id, there, exchanges: judged(there.exchanges, ended, there.exchanges) };
      } else if (there.exchanges.every((one) => known(ended).includes(one.id))) {
        return { id, there, exchanges: judged(ended, ended, there.exchanges) };
      }
      id = `${id}-${fresh[0]?.id}`;
    }
    return null;
  };

  // An answer holds what it was made of; where these take too much room, they go.
  const slim = ({ claims, citations, evidence, ...one }) => (one.answer ? one : { ...one, claims, citations });
  const without = (one) => (one.answer ? { ...one, answer: { ...one.answer, evidence: [], dropped: [] } } : one);
  const put = (one) => write(CONVERSATION + one.id, JSON.stringify({ ...one, id: undefined }));
  const makeRoom = () => {
    const conversations = all();
    let size = 0;
    conversations.filter((one) => !one.gone).forEach((one, number) => {
      let length = JSON.stringify(one).length;
      if (size + length > MOST_WHOLE) {
        const lighter = { ...one, exchanges: one.exchanges.map(without) };
        const less = JSON.stringify(lighter).length;
        if (less < length) {
          put(lighter);
        }
        length = less;
      }
      size += length;
      if (number >= MOST || (number && size > MOST_CHARACTERS)) {
        remove(CONVERSATION + one.id, NAME + one.id);
      }
    });
    conversations.filter((one) => one.gone).slice(MOST_DELETED)
      .forEach((one) => remove(CONVERSATION + one.id));
  };

  const keepOpen = (conversation) => {
    const found = place(conversation);
    if (!found) {
      return;
    }
    const { id, there, exchanges } = found;
    const said = (of) => JSON.stringify(of?.map((one) => [one.id, one.feedback]));
    // One that was only looked at keeps its place and its date.
    if (said(there?.exchanges) !== said(exchanges)) {
      put({ id, at: new Date().toISOString(), exchanges: exchanges.map(slim) });
      makeRoom();
    }
  };

  const nameOf = ({ id, exchanges }) => {
    const words = String(exchanges[0].question).trim().replace(/\s+/g, " ");
    return get(NAME + id) ?? (words.length <= MOST_NAME ? words : `${words.slice(0, MOST_NAME - 1).trimEnd()}…`);
  };
  const tell = (conversation, opened = null) => {
    const found = place(conversation);
    current = found && read(found.id) ? found.id : null;
    typed = typed === current ? typed : null;
    const kept = all().filter((one) => !one.gone).map((one) => ({ id: one.id, at: one.at, name: nameOf(one) }));
    // What is in the box is not written anew over what a reader types meanwhile.
    const box = document.querySelector("#kept-name :is(input, textarea)")?.value;
    const named = current !== null && (typed === current || box === nameOf(read(current)));
    const told = { kept, current, named, ended: Boolean(found), failed, lang: get(LANGUAGE) ?? "", opened };
    failed = false;
    return told;
  };

  return {
    // Whether what another tab changed is of these.
    owns: (key) => key === null || key.startsWith(CONVERSATION) || key.startsWith(NAME),
    look: (conversation) => tell(conversation),
    keep: (conversation) => {
      keepOpen(conversation);
      return tell(conversation);
    },
    open: (conversation, id) => {
      keepOpen(conversation);
      const opened = read(id);
      return tell(conversation, opened?.gone ? null : opened);
    },
    rename: (conversation, name) => {
      keepOpen(conversation);
      const found = place(conversation);
      const words = name.trim().replace(/\s+/g, " ");
      if (found && words) {
        write(NAME + found.id, words);
      }
      typed = null;
    },
    forget: (conversation) => {
      const found = place(conversation);
      if (!found || conversation.some((one) => !one.answer && !one.error)) {
        return tell(conversation);
      }
      const { id, there, exchanges } = found;
      const gone = known([...exchanges, ...(there?.exchanges ?? [])]);
      remove(NAME + id);
      put({ id, at: new Date().toISOString(), gone });
      return tell([]);
    },
    choose: (lang) => {
      write(LANGUAGE, lang);
      failed = false; // That it is chosen anew the next time says enough.
    },
  };
})();
