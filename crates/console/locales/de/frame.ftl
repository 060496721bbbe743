# Um jede Seite herum, und was Seiten aller Arten von Dingen sagen.
skip = Zum Inhalt
search = Suchen
account = Mein Konto
theme = Hell oder dunkel
sign-out = Abmelden
menu = Menü
nav = Hauptnavigation
keys = Tastenkürzel
close = Schließen
to-start = Zur Startseite
ask-why = Warum?
cancel = Abbrechen
copy = Kopieren
copy-id = Id kopieren
crumbs = Hier
facts = Angaben
script-copied = Kopiert
script-remove = Entfernen
script-no-match = Nichts gefunden
script-unsaved = Die Eingaben sind nicht gespeichert.
filters = Filter
filter-any = Alle
filter-go = Filtern
filter-clear = Filter entfernen
list-total = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
list-empty = Hier ist noch nichts
list-no-match = Nichts passt zu diesen Filtern
list-acts = Aktionen
list-csv = Als CSV herunterladen
list-wants-tenantid = Zuerst einen Mandanten wählen
pick-all = Alle Zeilen auswählen
pick-row = Diese Zeile auswählen
pick-acts = Mit den ausgewählten Zeilen:
pager = Seiten
pager-first = Erste Seite
pager-next = Nächste Seite
form-optional = (freiwillig)
form-utc = in UTC
form-bad-value = Der Wert von { $field } ist nicht lesbar. Bitte berichtigen und noch einmal senden.
form-foreign-title = Dieses Formular gilt nicht mehr
form-foreign = Das Formular kam nicht von einer Seite dieses Hauses, oder Cookies sind ausgeschaltet. Bitte zurückgehen, die Seite neu laden und noch einmal versuchen.
form-too-large-title = Zu viel
form-too-large = Das Formular hat mehr als 1 MiB. Bitte weniger senden.
nothing-here-title = Hier ist nichts
nothing-here = Es gibt keine solche Seite, kein solches Ding, oder es darf nicht gesehen werden.
refused-denied = Das ist nicht erlaubt
refused-missing = Hier ist nichts
refused-limited = Zu viele Anfragen
refused-unavailable = Das geht gerade nicht
refused-invalid = Das geht so nicht
confirm-access = Was sich an Rechten ändert
confirm-no-access = Niemand gewinnt oder verliert dadurch Rechte.
confirm-change = Änderung
confirm-gains = gewinnt
confirm-loses = verliert
confirm-who = Wer
confirm-action = Aktion
confirm-object = Woran
confirm-more = { $count ->
    [one] und { $count } weitere Änderung
   *[other] und { $count } weitere Änderungen
}
secret-title = Jetzt aufbewahren
secret-about = Es wird nur dieses eine Mal gezeigt.
secret-kept = Ist aufbewahrt
done = Erledigt: { $what }
list-not-yours = Diese Liste darf hier nicht gelesen werden.
page-not-yours = Diese Seite ist hier nicht für Sie: Es fehlt ein Recht.
script-saved = Gespeicherte Filter
script-save-filter = Filter speichern
script-saved-name = Name des Filters
script-saved-done = Gespeichert.
