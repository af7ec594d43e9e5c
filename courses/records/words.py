"""The words of tables in English, French and Spanish: headings, months, tracks, results.

Headings stand as people write them; all others in the form in which texts are compared (`keys.folded`).
"""

from courses.progression.steps import Track

HEADINGS: dict[str, tuple[str, ...]] = {
    "email": (
        "Email address", "Email", "E-mail", "E-mail address", "Mail", "Address", "Courriel", "Adresse électronique",
        "Adresse e-mail", "Adresse mail", "Adresse de courriel", "Correo electrónico", "Correo", "Dirección de correo",
        "Dirección de correo electrónico", "Participant email",
    ),
    "name": (
        "Name", "Full name", "Participant", "Participant name", "Name of participant", "Nom complet", "Nom et prénom",
        "Nom et prénoms", "Prénom et nom", "Nom du participant", "Nombre completo", "Nombre y apellidos",
        "Nombre y apellido", "Apellidos y nombre", "Participante", "Nombre del participante",
    ),
    "given_name": (
        "Given name", "Given names", "First name", "Forename", "Prénom", "Prénoms", "Nombre", "Nombres",
    ),
    "family_name": (
        "Family name", "Last name", "Surname", "Nom", "Nom de famille", "Apellido", "Apellidos", "Primer apellido",
    ),
    "country": (
        "Country", "Country or territory", "Beneficiary", "Nationality", "Member", "Pays", "Pays ou territoire",
        "Bénéficiaire", "Nationalité", "Membre", "País", "País o territorio", "Beneficiario", "Nacionalidad", "Miembro",
    ),
    "title": (
        "Activity", "Title", "Course", "Course title", "Activity title", "Title of activity", "Name of activity",
        "Training", "Event", "Seminar", "Workshop", "Activité", "Titre", "Cours", "Intitulé", "Titre de l'activité",
        "Intitulé de l'activité", "Intitulé du cours", "Formation", "Séminaire", "Atelier", "Actividad", "Título",
        "Curso", "Título de la actividad", "Nombre de la actividad", "Título del curso", "Seminario", "Taller",
    ),
    "code": (
        "Code", "Activity code", "Course code", "Reference", "Code de l'activité", "Code du cours", "Référence",
        "Código", "Código de la actividad", "Código del curso", "Referencia",
    ),
    "date": (
        "Date", "Start date", "Start", "Begin", "From", "First day", "Held on", "Date of activity", "Dates",
        "Date de début", "Début", "Du", "Premier jour", "Date de l'activité", "Fecha", "Fechas", "Fecha de inicio",
        "Inicio", "Desde", "Primer día", "Fecha de la actividad",
    ),
    "end": (
        "End date", "End", "Until", "Completion date", "Completed on", "Date completed", "Date de fin", "Fin",
        "Date d'achèvement", "Fecha de fin", "Fecha final", "Fecha de finalización", "Hasta",
    ),
    "steps": (
        "Steps", "Step", "Steps conferred", "Confers", "Étapes", "Étape", "Paliers", "Palier", "Étapes conférées",
        "Confère", "Etapas", "Etapa", "Pasos", "Paso", "Etapas conferidas", "Pasos conferidos", "Confiere",
    ),
    "mark": (
        "Mark", "Score", "Grade", "Final mark", "Final grade", "Note", "Note finale", "Résultat (%)", "Nota",
        "Nota final", "Calificación", "Puntuación", "Calificación final", "Mark (%)",
    ),
    "result": (
        "Result", "Outcome", "Status", "Passed", "Résultat", "Statut", "Réussi", "Issue", "Resultado", "Estado",
        "Aprobado",
    ),
}  # fmt: skip

_MONTHS = {
    1: "january jan janvier janv enero ene", 2: "february feb fevrier fevr fev febrero",
    3: "march mar mars marzo", 4: "april apr avril avr abril abr", 5: "may mai mayo",
    6: "june jun juin junio", 7: "july jul juillet juil julio", 8: "august aug aout agosto ago",
    9: "september sept sep septembre septiembre set setiembre", 10: "october oct octobre octubre",
    11: "november nov novembre noviembre", 12: "december dec decembre diciembre dic",
}  # fmt: skip
MONTHS = {word: number for number, words in _MONTHS.items() for word in words.split()}

TRACKS = {
    "generalist": Track.GENERALIST, "generaliste": Track.GENERALIST, "generalista": Track.GENERALIST,
    "specialist": Track.SPECIALIST, "specialiste": Track.SPECIALIST, "especialista": Track.SPECIALIST,
}  # fmt: skip

_PASSED = (
    "passed, pass, success, successful, completed, attended, present, participated, participation, certificate, "
    "graduated, distinction, with distinction, passed with distinction, yes, y, x, reussi, reussite, admis, admise, "
    "valide, participe, presente, diplome, certifie, avec mention, reussi avec mention, oui, aprobado, aprobada, "
    "participo, asistio, completado, certificado, con distincion, aprobado con distincion, si"
)
_FAILED = (
    "failed, fail, not passed, absent, no show, did not attend, not attended, withdrew, withdrawn, dropped out, "
    "dropout, cancelled, no, n, echoue, echec, ajourne, non admis, absente, abandon, abandonne, desiste, non, "
    "suspenso, suspendido, reprobado, reprobada, no aprobado, ausente, abandono, retirado"
)
PASSED, FAILED = frozenset(_PASSED.split(", ")), frozenset(_FAILED.split(", "))
