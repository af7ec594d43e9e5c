"""The languages that a tag may begin with: ISO 639-1 and 639-2, withdrawn codes included (RTE 4.1.1.5).

Written by their first letter, and lower case: tags are compared without regard to case.
"""

_TWO = (
    "a:a b e f k m n r s v y z|"
    "b:a e g h i m n o r s|"
    "c:a e h o r s u v y|"
    "d:a e v z|"
    "e:e l n o s t u|"
    "f:a f i j o r y|"
    "g:a d l n u v|"
    "h:a e i o r t u y z|"
    "i:a d e g i k n o s t u w|"
    "j:a i v w|"
    "k:a g i j k l m n o r s u v w y|"
    "l:a b g i n o t u v|"
    "m:g h i k l n o r s t y|"
    "n:a b d e g l n o r v y|"
    "o:c j m r s|"
    "p:a i l s t|"
    "q:u|"
    "r:m n o u w|"
    "s:a c d e g h i k l m n o q r s t u v w|"
    "t:a e g h i k l n o r s t w y|"
    "u:g k r z|"
    "v:e i o|"
    "w:a o|"
    "x:h|"
    "y:i o|"
    "z:a h u|"
)
_THREE = (
    "a:ar bk ce ch da dy fa fh fr in ka kk lb le lg lt mh ng np pa ra rc rg rm rn rp rt rw sm st th us va ve "
    "wa ym ze|"
    "b:ad ai ak al am an aq as at ej el em en er ho ih ik in is la nt od os ra re tk ua ug ul ur yn|"
    "c:ad ai ar at au eb el es ha hb he hg hi hk hm hn ho hp hr hu hv hy mc nr op or os pe pf pp re rh rp sb "
    "us ym ze|"
    "d:ak an ar ay el en eu gr in iv oi ra sb ua um ut yu zo|"
    "e:fi gy ka ll lx ng nm po st us we wo|"
    "f:an ao as at ij il in iu on ra re rm ro rr rs ry ul ur|"
    "g:aa ay ba em eo er ez il la le lg lv mh oh on or ot rb rc re rn sw uj wi|"
    "h:ai at au aw eb er il im in it mn mo rv sb un up ye|"
    "i:ba bo ce do ii jo ku le lo na nc nd ne nh pk ra ro sl ta|"
    "j:av bo pn pr rb|"
    "k:aa ab ac al am an ar as at au aw az bd ha hi hm ho ik in ir mb ok om on or os pe rc rl ro ru ua um ur "
    "ut|"
    "l:ad ah am ao at av ez im in it ol oz tz ua ub ug ui un uo us|"
    "m:ac ad ag ah ai ak al an ao ap ar as ay df dr en ga ic in is kd kh lg lt nc ni no oh ol on os ri sa ul "
    "un us wl wr ya yn yv|"
    "n:ah ai ap au av bl de do ds ep ew ia ic iu ld no ob og on or qo so ub wc ya ym yn yo zi|"
    "o:ci ji ri rm sa ss ta to|"
    "p:aa ag al am an ap au eo er hi hn li ol on or ra ro us|"
    "q:ue|"
    "r:aj ap ar oa oh om on um un up us|"
    "s:ad ag ah ai al am an as at cc cn co cr el em ga gn hn id in io it la lk lo lv ma me mi mj mn mo ms na "
    "nd nk og om on ot pa qi rd rn rp rr sa sw uk un us ux wa we yc yr|"
    "t:ah ai am at el em er et gk gl ha ib ig ir iv kl lh li mh og on pi si sn so uk um up ur ut vl wi yv|"
    "u:dm ga ig kr mb nd rd zb|"
    "v:ai en ie ol ot|"
    "w:ak al ar as el en ln ol|"
    "x:al ho|"
    "y:ao ap id or pk|"
    "z:ap bl en gh ha ho nd ul un xx za|"
)


def _codes(text: str) -> tuple[str, ...]:
    groups = (group.split(":") for group in text.rstrip("|").split("|"))
    return tuple(first + rest for first, ends in groups for rest in ends.split())


LANGUAGES = frozenset((*_codes(_TWO), *_codes(_THREE)))
"""The codes; `qaa` to `qtz` are for local use and not listed, see `scorm.runtime.checks`."""
