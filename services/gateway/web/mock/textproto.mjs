// Reads a text proto into the JSON the gateway would make of it. Development only: no escapes beyond \n and \".
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

export function readTextproto(text, repeated) {
  const words = text.replace(/^\s*#.*$/gm, '').match(/"(?:[^"\\]|\\.)*"|[{}:]|[^\s{}:"]+/g) ?? [];
  let at = 0;
  const scalar = (word) => word.startsWith('"') ? word.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1') : word === 'true' ? true : word === 'false' ? false : /^-?\d+$/.test(word) ? Number(word) : word;
  const message = () => {
    const found = {};
    while (at < words.length && words[at] !== '}') {
      const name = words[at++];
      let value;
      if (words[at] === ':') { at++; value = scalar(words[at++]); while (words[at]?.startsWith('"') && typeof value === 'string') value += scalar(words[at++]); } else { at++; value = message(); at++; }
      const key = camel(name);
      if (repeated.includes(name)) (found[key] ??= []).push(value); else found[key] = value;
    }
    return found;
  };
  return message();
}
