# home
home-title = Willkommen, { $name }
home-about = Was es gibt, was Aufmerksamkeit braucht und was als Nächstes kommt.
home-attention = Braucht Aufmerksamkeit
home-nothing = Nichts braucht Aufmerksamkeit.
home-next = Nächste Schritte
home-first-tenant = Den ersten Mandanten anlegen
home-first-entity = Einen Menschen, ein Gerät oder einen Dienst hinzufügen
home-first-resource = Eine Ressource anlegen, die geschützt werden soll
home-first-role = Eine Rolle anlegen und jemandem geben
home-why = Fragen, wer was darf, und warum
home-protect = Das eigene Konto mit einem zweiten Faktor schützen
home-ask = Um eine Rolle bitten
home-requests = { $count ->
    [one] Eine Zugriffsanfrage wartet auf Antwort
   *[other] { $count } Zugriffsanfragen warten auf Antwort
}
home-overrides = { $count ->
    [one] Eine Ausnahme wartet auf Entscheidung
   *[other] { $count } Ausnahmen warten auf Entscheidung
}
home-expiring = { $count ->
    [one] Ein Nachweis läuft in dreißig Tagen ab
   *[other] { $count } Nachweise laufen in dreißig Tagen ab
}
home-webhooks = { $count ->
    [one] Ein Webhook scheitert
   *[other] { $count } Webhooks scheitern
}
plant-title = Eine Anlage zum Ausprobieren
plant-about = Ein Mandant mit zwei Personen, einem Dienst, zwei Pumpen und zwei Kanälen und mit dem, was jeder davon darf. Er ist sofort angelegt und ebenso leicht entfernt.
plant-make = Anlage anlegen
plant-remove = Entfernen
plant-remove-what = Entfernen nimmt ihren Mandanten mit allem darin weg; sonst wird nichts berührt.
plant-here = Sehen Sie sich um in
plant-name = Anlage zum Ausprobieren
plant-reason = Eine Woche auf Probe
plant-anna-temperature = Warum darf Anna die Temperatur setzen?
plant-anna-pressure = Warum darf Anna den Druck nicht setzen?
plant-ben-temperature = Was fehlt Ben, um die Temperatur zu setzen?
plant-pump = Warum darf Pumpe 1 ihre Temperatur senden?
done-plant-made = Die Anlage ist da.
done-plant-removed = Die Anlage ist weg.
