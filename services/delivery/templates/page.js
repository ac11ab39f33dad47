/* First in <head>, so it sees every error. Two things, and never a redirect:
   Offers the light version once when loading is in trouble: asked to save data, 2g, offline, a broken subresource (of
   images the second), 8 s without completion, or a late first byte and a late document. Not 3g: a VPN always looks so.
   Then, once loaded, listens for changes: new comments take the place of the old ones; a page that was corrected or
   withdrawn is loaded again, since its head and its title say the old words too. Who saves data is spared that. An answer that is no page (503) has no #story: it throws,
   and nothing changes. */
((d,n,l,a,g)=>{
let k="light-offer",m=0,o,z=setTimeout(()=>f(),8e3),p="DOMContentLoaded",c=n.connection||{},
f=()=>{
if(o)return;
try{if(localStorage[k]>Date.now()-6048e5)return}catch{}
let s=g(d,"offer");
if(!s)return a(p,f);
o=1;s.hidden=!1;
s.lastChild.onclick=()=>{s.hidden=!0;try{localStorage[k]=Date.now()}catch{}}
};
(c.saveData||/2g/.test(c.effectiveType)||n.onLine===!1)&&f();
a("error",e=>{
let t=e.target.tagName;
(t=="SCRIPT"||t=="LINK"||t=="IMG"&&++m>1)&&f()
},!0);
a("offline",f);
a(p,()=>{
let t=performance.getEntriesByType("navigation")[0];
t&&t.responseStart>1800&&t.domInteractive>4e3&&f()
});
a("load",()=>{
clearTimeout(z);
c.saveData||l.protocol[0]!="h"||(new EventSource("live/"+l.pathname.split("/").pop()).onmessage=()=>fetch(l).then(r=>r.text()).then(t=>{
let h=new DOMParser().parseFromString(t,"text/html"),r=x=>g(x,"story").dataset.revision,i="comments",x=g(h,i),y=g(d,i);
r(h)!=r(d)||!x!=!y?l.reload():x&&y.replaceWith(x)
}))
})
})(document,navigator,location,addEventListener,(x,i)=>x.getElementById(i))
