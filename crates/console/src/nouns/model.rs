//! How a noun is shown, made and changed: what its pages are made of.

pub(crate) use crate::may::Need;

/// A sort of thing that people administer.
pub(crate) struct Noun {
    /// Its name: the first part of its addresses, and of its words (`noun-…`).
    pub(crate) name: &'static str,
    /// Its picture.
    pub(crate) icon: &'static str,
    /// The page with all of them.
    pub(crate) list: List,
    /// The page of one.
    pub(crate) one: Option<One>,
    /// What can be filled in.
    pub(crate) forms: &'static [Form],
    /// What can be done with one.
    pub(crate) acts: &'static [Act],
}

/// Many of them.
pub(crate) struct List {
    /// The query; besides the filters it takes `$limit` and `$after` or `$offset`.
    pub(crate) document: &'static str,
    /// Where the list is in the data.
    pub(crate) at: &'static str,
    /// What is told of each.
    pub(crate) columns: &'static [Column],
    /// What can be asked for.
    pub(crate) filters: &'static [Filter],
    /// How one goes on.
    pub(crate) paging: Paging,
    /// A filter without which nothing is asked.
    pub(crate) wants: Option<&'static str>,
    /// Who may read it: any of these. None: anybody, who is shown what they may see.
    pub(crate) reads: &'static [Need],
    /// Names of acts for many at once.
    pub(crate) bulk: &'static [&'static str],
}

/// How a list goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paging {
    /// After a cursor.
    Cursor,
    /// From the so many-th on.
    Offset,
    /// It is whole.
    Whole,
}

/// Something told of a thing.
pub(crate) struct Column {
    /// Its word (`field-…`).
    pub(crate) key: &'static str,
    /// Where it is in the thing (RFC 6901).
    pub(crate) at: &'static str,
    /// How it looks.
    pub(crate) show: Show,
}

/// How a value looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// A name that leads to the thing's own page.
    Name,
    /// Text.
    Text,
    /// Text of programs.
    Code,
    /// One of a few words.
    Badge,
    /// A moment.
    Time,
    /// Words of its owner's.
    Tags,
    /// Yes or no.
    YesNo,
    /// A thing of that noun, by its id.
    Ref(&'static str),
    /// An entity or a group: the value is the kind, the id is beside it under the second name.
    Subject(&'static str),
    /// An object: the value is the kind, the id is beside it under the second name.
    Object(&'static str),
    /// A permission block.
    Block,
    /// Anything, as it is.
    Json,
}

/// Something that a list is asked by; its name is the variable of the query.
pub(crate) struct Filter {
    /// The variable.
    pub(crate) name: &'static str,
    /// How it is chosen.
    pub(crate) kind: Choose,
}

/// How something is chosen.
#[derive(Clone, Copy)]
pub(crate) enum Choose {
    /// By writing.
    Text,
    /// One of these.
    One(&'static [&'static str]),
    /// A thing of that noun.
    Pick(&'static str),
}

/// One of them.
pub(crate) struct One {
    /// The query, of `$id` and, where it asks for that, of the `$tenantId` that one works in.
    pub(crate) document: &'static str,
    /// Where it is in the data.
    pub(crate) at: &'static str,
    /// Where its name is in it.
    pub(crate) name: &'static str,
    /// What is told of it.
    pub(crate) facts: &'static [Column],
    /// What belongs to it.
    pub(crate) sections: &'static [Section],
    /// As what it can be asked about on the page that explains decisions: an object kind, or `subject`.
    pub(crate) why: Option<&'static str>,
    /// Pages about it that are none of a noun's: the last part of their address, which is also their word (`link-…`); and
    /// who has use for them.
    pub(crate) links: &'static [(&'static str, &'static [Need])],
}

/// What belongs to one thing.
pub(crate) struct Section {
    /// Its word (`section-…`), and its part of addresses.
    pub(crate) name: &'static str,
    /// The query, of `$id` and, where it asks for that, of the `$tenantId` that one works in.
    pub(crate) document: &'static str,
    /// Where the list is in the data.
    pub(crate) at: &'static str,
    /// What is told of each.
    pub(crate) columns: &'static [Column],
    /// What can be done with a row.
    pub(crate) acts: &'static [Act],
    /// Names of forms that add to it.
    pub(crate) forms: &'static [&'static str],
    /// Shown only when this part of the thing has one of these values.
    pub(crate) when: Option<When>,
}

/// A part of a thing, and what it must be.
pub(crate) type When = (&'static str, &'static [&'static str]);

/// Where a variable of a change comes from.
#[derive(Clone, Copy)]
pub(crate) enum From {
    /// The id of the thing whose page it is.
    Id,
    /// A part of the row.
    Row(&'static str),
    /// This.
    True,
    /// This.
    False,
}

/// A change that needs nothing but a yes.
pub(crate) struct Act {
    /// Its word (`act-…`), and its part of addresses.
    pub(crate) name: &'static str,
    /// The mutation.
    pub(crate) document: &'static str,
    /// Its variables.
    pub(crate) variables: &'static [(&'static str, From)],
    /// Whether it takes something away.
    pub(crate) danger: bool,
    /// Offered only when this holds.
    pub(crate) when: Option<When>,
    /// Who may: any of these.
    pub(crate) needs: &'static [Need],
    /// Where in the data is what is shown once.
    pub(crate) secret: Option<&'static str>,
    /// Whether the thing is gone afterwards.
    pub(crate) leaves: bool,
}

/// A change with something to fill in.
pub(crate) struct Form {
    /// Its word (`form-…`), and its part of addresses.
    pub(crate) name: &'static str,
    /// The mutation.
    pub(crate) document: &'static str,
    /// Variables that are not filled in.
    pub(crate) variables: &'static [(&'static str, From)],
    /// What is filled in.
    pub(crate) fields: &'static [Field],
    /// Whether it is about one that there is, whose values stand in it at first.
    pub(crate) of_one: bool,
    /// Who may: any of these.
    pub(crate) needs: &'static [Need],
    /// Where in the data the id of what was made is.
    pub(crate) made: Option<&'static str>,
    /// Where in the data is what is shown once.
    pub(crate) secret: Option<&'static str>,
    /// Offered only when this holds.
    pub(crate) when: Option<When>,
}

/// Something to fill in.
pub(crate) struct Field {
    /// Its word (`field-…`), and its name in the form.
    pub(crate) name: &'static str,
    /// Where it goes in the variables: names with dots between.
    pub(crate) to: &'static str,
    /// How it is filled in.
    pub(crate) kind: Fill,
    /// Whether it must be.
    pub(crate) required: bool,
    /// Where in the thing its value is now.
    pub(crate) from: &'static str,
}

/// How something is filled in.
#[derive(Clone, Copy)]
pub(crate) enum Fill {
    /// A line.
    Text,
    /// An address of mail.
    Email,
    /// Some lines.
    Long,
    /// A secret.
    Secret,
    /// A whole number.
    Number,
    /// One of these; the first unless another is chosen.
    One(&'static [&'static str]),
    /// One of these, or none.
    Maybe(&'static [&'static str]),
    /// Yes or no.
    YesNo,
    /// A thing of that noun.
    Pick(&'static str),
    /// Many of them.
    Many(&'static str),
    /// Words, with commas between.
    Tags,
    /// JSON.
    Json,
    /// JSON that a profile describes: field by field, where one is chosen.
    Attributes,
    /// A moment.
    Time,
}

/// Who may read what permissions are made of.
pub(crate) const READS_ACCESS: &[Need] =
    &[Need::Tenant("policy.manage"), Need::Tenant("read"), Need::Tenant("manage")];

pub(crate) const fn column(key: &'static str, at: &'static str, show: Show) -> Column {
    Column { key, at, show }
}

pub(crate) const fn filter(name: &'static str, kind: Choose) -> Filter {
    Filter { name, kind }
}

/// A field of `input` that is called as its word is.
pub(crate) const fn field(name: &'static str, to: &'static str, kind: Fill, from: &'static str) -> Field {
    Field { name, to, kind, required: false, from }
}

/// The same, that must be filled in.
pub(crate) const fn required(name: &'static str, to: &'static str, kind: Fill, from: &'static str) -> Field {
    Field { name, to, kind, required: true, from }
}

impl Act {
    /// What takes something away.
    pub(crate) const fn danger(self) -> Act {
        Act { danger: true, ..self }
    }

    /// What is only offered when a part of the thing is one of these.
    pub(crate) const fn when(self, at: &'static str, is: &'static [&'static str]) -> Act {
        Act { when: Some((at, is)), ..self }
    }

    /// What the thing is gone after.
    pub(crate) const fn leaves(self) -> Act {
        Act { leaves: true, ..self }
    }

    /// What yields something that is shown once.
    pub(crate) const fn yields(self, at: &'static str) -> Act {
        Act { secret: Some(at), ..self }
    }

    /// What has other variables than the id.
    pub(crate) const fn with(self, variables: &'static [(&'static str, From)]) -> Act {
        Act { variables, ..self }
    }
}

/// A change of the thing whose page it is.
pub(crate) const fn act(name: &'static str, document: &'static str, needs: &'static [Need]) -> Act {
    Act {
        name,
        document,
        variables: &[("id", From::Id)],
        danger: false,
        when: None,
        needs,
        secret: None,
        leaves: false,
    }
}

impl Form {
    /// What has other variables than the id.
    pub(crate) const fn with(self, variables: &'static [(&'static str, From)]) -> Form {
        Form { variables, ..self }
    }

    /// What makes something of the same noun: where its id comes back.
    pub(crate) const fn makes(self, at: &'static str) -> Form {
        Form { made: Some(at), ..self }
    }

    /// What is only offered when a part of the thing is one of these.
    pub(crate) const fn when(self, at: &'static str, is: &'static [&'static str]) -> Form {
        Form { when: Some((at, is)), ..self }
    }

    /// What yields something that is shown once.
    pub(crate) const fn yields(self, at: &'static str) -> Form {
        Form { secret: Some(at), ..self }
    }
}

/// A form that changes the thing whose page it is.
pub(crate) const fn change(
    name: &'static str,
    document: &'static str,
    fields: &'static [Field],
    needs: &'static [Need],
) -> Form {
    let variables = &[("id", From::Id)];
    Form { name, document, variables, fields, of_one: true, needs, made: None, secret: None, when: None }
}

/// A form that makes a thing; `made` is where its id comes back.
pub(crate) const fn create(
    document: &'static str,
    made: &'static str,
    fields: &'static [Field],
    needs: &'static [Need],
) -> Form {
    Form {
        name: "create",
        document,
        variables: &[],
        fields,
        of_one: false,
        needs,
        made: Some(made),
        secret: None,
        when: None,
    }
}

/// A part of a thing that has parts of its own.
pub(crate) const fn section(
    name: &'static str,
    document: &'static str,
    at: &'static str,
    columns: &'static [Column],
) -> Section {
    Section { name, document, at, columns, acts: &[], forms: &[], when: None }
}

impl Section {
    /// What can be done with a row.
    pub(crate) const fn acts(self, acts: &'static [Act]) -> Section {
        Section { acts, ..self }
    }

    /// Forms that add to it.
    pub(crate) const fn forms(self, forms: &'static [&'static str]) -> Section {
        Section { forms, ..self }
    }

    /// Shown only when this holds.
    pub(crate) const fn when(self, at: &'static str, is: &'static [&'static str]) -> Section {
        Section { when: Some((at, is)), ..self }
    }
}

impl Noun {
    /// Its address.
    pub(crate) fn path(&self) -> String {
        format!("/{}", self.name)
    }

    /// The address of one of them, where each has a page; else that of all.
    pub(crate) fn page_of(&self, id: Option<&str>) -> String {
        match id {
            Some(id) if self.one.is_some() => format!("/{}/{id}", self.name),
            _ => self.path(),
        }
    }

    /// A form of it.
    pub(crate) fn form(&self, name: &str) -> Option<&'static Form> {
        self.forms.iter().find(|form| form.name == name)
    }

    /// An act, of it or of what belongs to it; with the section in the second case.
    pub(crate) fn act(&self, name: &str) -> Option<(&'static Act, Option<&'static Section>)> {
        let own = self.acts.iter().find(|act| act.name == name).map(|act| (act, None));
        let sections = self.one.as_ref().map(|one| one.sections).unwrap_or_default();
        let of_rows = || {
            sections
                .iter()
                .find_map(|section| Some((section.acts.iter().find(|act| act.name == name)?, Some(section))))
        };
        own.or_else(of_rows)
    }
}
