import { Converter, ReflectionKind } from 'typedoc';

/** Folders of `docs`, and what the site's navigation calls them. */
const groups = {
  'how-to': 'How to',
  concepts: 'Concepts',
  'coming-from': 'Coming from',
  reference: 'Reference',
};

/** Gives TypeDoc's pages the title of their first heading, and groups them by their folder. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const page of project.getReflectionsByKind(ReflectionKind.Document)) {
      const folder = page.name.split('/').find((name) => Object.hasOwn(groups, name));
      page.frontmatter.group = groups[folder] ?? 'Start here';
      page.name = /^# (.+)$/m.exec(page.content[0]?.text ?? '')?.[1] ?? page.name;
    }
  });
}
